import { createServer } from "node:http"
import { Effect, Schema } from "effect"
import { portOf } from "../../Ports.ts"

const Attribute = Schema.Struct({ key: Schema.String, value: Schema.Record(Schema.String, Schema.Unknown) })

const Span = Schema.Struct({
  traceId: Schema.String,
  spanId: Schema.String,
  parentSpanId: Schema.optionalKey(Schema.String),
  name: Schema.String,
  kind: Schema.Int,
  attributes: Schema.Array(Attribute),
  events: Schema.Array(Schema.Unknown),
  status: Schema.Struct({ code: Schema.Int, message: Schema.optionalKey(Schema.String) }),
  links: Schema.Array(Schema.Struct({ traceId: Schema.String, spanId: Schema.String }))
})
export type Span = typeof Span.Type

/** What exporters send: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
const Export = Schema.fromJsonString(
  Schema.Struct({
    resourceSpans: Schema.Array(
      Schema.Struct({
        resource: Schema.Struct({ attributes: Schema.Array(Attribute) }),
        scopeSpans: Schema.Array(Schema.Struct({ spans: Schema.Array(Span) }))
      })
    )
  })
)

/** An OpenTelemetry collector that only receives, on a port of its own, for as long as the scope. */
export const make = Effect.gen(function* () {
  const bodies: Array<{ readonly path: string; readonly text: string }> = []
  const server = yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          bodies.push({ path: request.url ?? "", text: Buffer.concat(chunks).toString() })
          response.end("{}")
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  const exports = Effect.suspend(() =>
    Effect.forEach(
      bodies.filter(({ path }) => path === "/v1/traces"),
      ({ text }) => Schema.decodeEffect(Export)(text)
    )
  )
  return {
    endpoint: `http://127.0.0.1:${portOf(server)}`,
    /** All that arrived, as it came. */
    text: Effect.sync(() => bodies.map(({ text }) => text).join("\n")),
    spans: Effect.map(exports, (all) =>
      all.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      )
    ),
    /** Who sent it, by name and version. */
    services: Effect.map(exports, (all) =>
      all.flatMap(({ resourceSpans }) => resourceSpans.map(({ resource }) => valuesOf(resource)))
    )
  }
})

/** The attributes of a span or a resource. */
export const valuesOf = ({ attributes }: Pick<Span, "attributes">) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
