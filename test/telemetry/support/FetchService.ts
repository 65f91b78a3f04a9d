import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import * as Application from "@scnmnt/server/Application"
import * as Configuration from "@scnmnt/server/Configuration"
import * as Routes from "@scnmnt/server/Routes"
import { Settings } from "@scnmnt/server/Settings"
import { Shutdown } from "@scnmnt/server/Shutdown"
import { ConfigProvider, Context, Effect, Layer, Logger, type LogLevel, Metric, References, type Scope } from "effect"
import { HttpEffect, HttpServer, type HttpServerRequest } from "effect/http"

/** A line of the log. */
export interface Line {
  readonly level: LogLevel.LogLevel
  readonly message: string
  readonly annotations: Readonly<Record<string, unknown>>
}

/** The service as a fetch handler, which is what other runtimes than Node serve it with, and all that it logs. */
export const make = Effect.fnUntraced(function* (upstream = "http://127.0.0.1:1") {
  const settings = yield* Effect.provideService(
    Configuration.load(Settings),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnv({
      env: { CHATGPT2API_BASE_URL: upstream, CHATGPT2API_API_KEY: "simulator-key", QUOTA_STORE_URL: "memory:" }
    })
  )
  const lines: Array<Line> = []
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    lines.push({ level: logLevel, message: String(message), annotations })
  })
  const logging = Layer.merge(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "All"))
  const application = yield* Layer.build(
    Application.layer(settings).pipe(Layer.provide(NodeUpstreamHttpClient.layer), Layer.provideMerge(logging))
  )
  const handler = yield* Effect.gen(function* () {
    const app = yield* Routes.toHttpEffect
    type All = Effect.Services<typeof app>
    type Standing = Exclude<All, HttpServerRequest.HttpServerRequest | Scope.Scope>
    // As in an app that mounts the service: what that counts is the app's, and this the service's own.
    const standing = Context.add(yield* Effect.context<Standing>(), Metric.MetricRegistry, new Map())
    return HttpEffect.toWebHandlerWith<Standing, All>(standing)(app)
  }).pipe(Effect.provide(HttpServer.layerServices), Effect.provideContext(application))
  const open = (path: string, init: RequestInit = {}) =>
    Effect.promise(() => handler(new Request(`http://service${path}`, init)))
  return {
    /** Asks for this path; the body is still to be read. */
    open,
    /** The same, and reads it; tells what was logged meanwhile. */
    ask: Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
      lines.length = 0
      const response = yield* open(path, init)
      const text = yield* Effect.promise(() => response.text())
      return { status: response.status, headers: response.headers, text, lines: [...lines] }
    }),
    shutDown: Context.get(application, Shutdown).begin
  }
})
