import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { TaskId } from "@scnmnt/core/TaskId"
import { Array, Context, DateTime, Effect, Layer } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiGroup } from "effect/http-api"
import { ok } from "../../packages/server/src/api/Envelope.ts"
import { ImagesApi } from "../../packages/server/src/api/ImagesApi.ts"

/** A constant answer from Effect's HTTP server, by more and more of what the service is made of. */
const [, , layer = "", text = ""] = process.argv

const constant = Effect.sync(() => HttpServerResponse.text(text, { contentType: "application/json" }))

const api = HttpApi.make("bench").add(HttpApiGroup.make("images").add(ImagesApi.endpoints.task))
const task = {
  id: TaskId.make("00000000-0000-4000-8000-000000000000"),
  mode: "text",
  size: "1:1",
  status: "completed",
  image: "/api/images/tasks/00000000-0000-4000-8000-000000000000/image",
  createdAt: DateTime.makeUnsafe(0),
  updatedAt: DateTime.makeUnsafe(0)
} as const

const silent = { disableLogger: true, disableListenLog: true }

const route = HttpApiBuilder.layer(api).pipe(
  Layer.provide(
    HttpApiBuilder.group(api, "images", (handlers) => handlers.handle("task", () => Effect.succeed(ok(task))))
  )
)

/** One that looks at the request and lets it pass. */
const idle = () =>
  HttpRouter.middleware((app) => Effect.andThen(HttpServerRequest.HttpServerRequest, app), { global: true })

/** As many of them as the service has. */
const surrounded = Array.reduce(Array.range(1, 11), route, (inner) => Layer.provide(inner, idle()))

/** As many as stand in the context of a request to the service. */
const services = Layer.succeedContext(
  Array.reduce(Array.range(1, 60), Context.empty(), (context, number) =>
    Context.addUnsafe<never, never, number>(context, `bench/Service/${number}`, number)
  )
)

const served = (app: typeof route) => HttpRouter.serve(app, silent).pipe(Layer.provide(HttpServer.layerServices))

const layers: Readonly<Record<string, Layer.Layer<never, unknown, HttpServer.HttpServer>>> = {
  server: HttpServer.serve(constant),
  router: HttpRouter.serve(HttpRouter.add("GET", "/api/images/tasks/:id", constant), silent),
  api: served(route),
  middlewares: served(surrounded),
  context: served(route).pipe(Layer.provide(services))
}

const announced = Layer.effectDiscard(
  HttpServer.HttpServer.useSync(({ address }) => process.send?.({ url: HttpServer.formatAddress(address) }))
)

const chosen = layers[layer]
if (chosen === undefined) throw new Error(`no layer ${layer}`)
NodeRuntime.runMain(
  Layer.launch(
    Layer.mergeAll(chosen, announced).pipe(
      Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )
  )
)
