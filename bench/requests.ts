import { Console, Effect, Layer, Metric } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpMiddleware, HttpRouter, HttpServer, HttpServerResponse } from "effect/http"
import * as Logging from "../packages/server/src/Logging.ts"
import * as RequestRecord from "../packages/server/src/telemetry/RequestRecord.ts"
import * as Requests from "../packages/server/src/telemetry/Requests.ts"
import * as Traces from "../packages/server/src/telemetry/Traces.ts"
import { median } from "./Figures.ts"

const rounds = 15
const requests = 4000

const status = HttpRouter.add(
  "GET",
  "/tasks/:id",
  Effect.succeed(HttpServerResponse.jsonUnsafe({ code: 0, message: "ok", data: { status: "running" } }))
)

const observed = status.pipe(
  Layer.provide([Requests.layer, RequestRecord.layer]),
  Layer.provide(SecureRandom.layerWebCrypto),
  Layer.provide(Layer.sync(Metric.MetricRegistry, () => new Map()))
)

/** What is written goes nowhere: a terminal would be what is measured. */
const unwritten = Layer.succeed(Console.Console, { ...globalThis.console, log: () => {} })

const logging = (LOG_LEVEL: "Info" | "None") =>
  Layer.provideMerge(Logging.layer({ LOG_FORMAT: "json", LOG_LEVEL }), unwritten)

/** Nobody is there to take the spans: they are made, and thrown away at once. */
const tracing = Traces.layer({ OTEL_EXPORTER_OTLP_ENDPOINT: new URL("http://127.0.0.1:1") })

const variants = {
  "the route alone": [status, logging("None"), undefined],
  "with metrics and an id, no log": [observed, logging("None"), undefined],
  "with a log line as well": [observed, logging("Info"), undefined],
  "with a span as well": [observed, Layer.merge(logging("Info"), tracing), undefined],
  "the route alone, Effect's own request log": [status, logging("Info"), HttpMiddleware.logger]
} as const

/**
 * What a request costs that is observed, in CPU time: the same short answer from the same router, in one process and
 * without a network, by each of the variants in turns.
 */
export const requestCost = Effect.gen(function* () {
  const handlers = yield* Effect.forEach(Object.entries(variants), ([name, [routes, observers, middleware]]) =>
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() =>
          HttpRouter.toWebHandler(routes.pipe(Layer.provideMerge(observers), Layer.provide(HttpServer.layerServices)), {
            disableLogger: true,
            ...(middleware && { middleware })
          })
        ),
        ({ dispose }) => Effect.promise(dispose)
      ),
      ({ handler }) => ({ name, handler, taken: new Array<number>() })
    )
  )
  // The first round warms everything up, and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const { handler, taken } of handlers) {
      const micros = yield* cpuOf(handler)
      if (round > 0) taken.push(micros)
    }
  }
  yield* Console.log(`${rounds} rounds of ${requests} requests by each in turns; CPU µs for a request`)
  yield* Console.log("".padEnd(44) + ["median", "least"].map((title) => title.padStart(10)).join(""))
  for (const { name, taken } of handlers) {
    const figures = [median(taken), Math.min(...taken)]
    yield* Console.log(name.padEnd(44) + figures.map((figure) => figure.toFixed(1).padStart(10)).join(""))
  }
}).pipe(Effect.scoped)

const cpuOf = Effect.fnUntraced(function* (handler: (request: Request) => Promise<Response>) {
  const before = process.cpuUsage()
  const ask = Effect.promise(() => handler(new Request("http://service/tasks/00000000-0000-4000-8000-000000000000")))
  yield* Effect.replicateEffect(ask, requests, { discard: true })
  const { system, user } = process.cpuUsage(before)
  return (system + user) / requests
})
