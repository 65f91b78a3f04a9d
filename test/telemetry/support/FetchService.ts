import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import * as Application from "@scnmnt/server/Application"
import * as Configuration from "@scnmnt/server/Configuration"
import * as Routes from "@scnmnt/server/Routes"
import { Settings } from "@scnmnt/server/Settings"
import { Shutdown } from "@scnmnt/server/Shutdown"
import { ConfigProvider, Context, Effect, Layer, Logger, type LogLevel, References, type Scope } from "effect"
import { HttpEffect, HttpRouter, HttpServer, type HttpServerRequest } from "effect/http"

/** A line of the log. */
export interface Line {
  readonly level: LogLevel.LogLevel
  readonly message: string
  readonly annotations: Readonly<Record<string, unknown>>
}

/** The service as a fetch handler, which is what other runtimes than Node serve it with, and all that it logs. */
export const make = Effect.gen(function* () {
  const settings = yield* Effect.provideService(
    Configuration.load(Settings),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnv({
      env: { CHATGPT2API_BASE_URL: "http://127.0.0.1:1", CHATGPT2API_API_KEY: "key", QUOTA_STORE_URL: "memory:" }
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
    const app = yield* HttpRouter.toHttpEffect(Routes.layer)
    type All = Effect.Services<typeof app>
    type Standing = Exclude<All, HttpServerRequest.HttpServerRequest | Scope.Scope>
    return HttpEffect.toWebHandlerWith<Standing, All>(yield* Effect.context<Standing>())(app)
  }).pipe(Effect.provide(HttpServer.layerServices), Effect.provideContext(application))
  return {
    /** Asks for this path, and tells what was logged meanwhile. */
    ask: Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
      lines.length = 0
      const response = yield* Effect.promise(() => handler(new Request(`http://service${path}`, init)))
      const text = yield* Effect.promise(() => response.text())
      return { status: response.status, headers: response.headers, text, lines: [...lines] }
    }),
    shutDown: Context.get(application, Shutdown).begin
  }
})
