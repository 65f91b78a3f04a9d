import { assert, describe, it } from "@effect/vitest"
import { Effect, Tracer } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import * as RequestRecord from "../src/telemetry/RequestRecord.ts"
import * as RequestSpan from "../src/telemetry/RequestSpan.ts"

/** The span of a request with this method, which finds this route. */
const spanOf = Effect.fnUntraced(function* (method: string, route: string | undefined) {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const record = RequestRecord.make("id", method)
  const app = Effect.sync(() => {
    record.route = route
    return HttpServerResponse.empty()
  })
  const request = HttpServerRequest.fromWeb(new Request("http://service/a-secret-place"))
  yield* app.pipe(
    RequestSpan.around(tracer, request, record, () => 204),
    Effect.provideService(Tracer.Tracer, tracer)
  )
  assert.lengthOf(spans, 1)
  return spans[0]
})

// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
describe("a request's span", () => {
  it.effect.each([
    ["GET", "/api/images/tasks/:id", "GET /api/images/tasks/:id", "GET"],
    ["POST", undefined, "POST", "POST"],
    ["TATTLE", undefined, "HTTP", "_OTHER"],
    ["get", "/docs", "HTTP /docs", "_OTHER"]
  ] as const)("of %s at %s is called %s", ([method, route, name, attribute]) =>
    Effect.gen(function* () {
      const span = yield* spanOf(method, route)
      assert.strictEqual(span?.name, name)
      assert.strictEqual(span?.attributes.get("http.request.method"), attribute)
    })
  )
})
