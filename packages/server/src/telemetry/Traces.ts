import * as Outage from "@scnmnt/core/Outage"
import { ConfigProvider, Data, Effect, Exit, Layer, Tracer } from "effect"
import { FetchHttpClient, HttpClient, HttpMiddleware } from "effect/http"
import { OtlpSerialization, OtlpTracer } from "effect/observability"
import * as Configuration from "../Configuration.ts"
import type { Settings } from "../Settings.ts"
import * as TraceVariables from "./TraceVariables.ts"
import * as Discretion from "./Discretion.ts"
import { version } from "../Version.ts"

/**
 * Where spans go: to the OTLP endpoint, in batches, the last of them when the layer closes; without an endpoint there are
 * none. {@link TraceVariables.TraceVariables} count as well.
 */
export const layer = ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Pick<Settings, "OTEL_EXPORTER_OTLP_ENDPOINT">) =>
  Layer.merge(
    endpoint === "" ? Layer.empty : discreet.pipe(Layer.provide(exporting(endpoint))),
    // Effect's own spans of requests carry whole addresses, and what is sought in a query is nobody's business.
    Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true)
  )

const exporting = (endpoint: URL) =>
  Layer.unwrap(
    Effect.as(Configuration.load(TraceVariables.TraceVariables, TraceVariables.manual), OtlpTracer.layerFromConfig())
  ).pipe(Layer.provide([client, OtlpSerialization.layerJson, configuredBy(endpoint)]))

/** The exporter gives up for a minute and says so at Debug alone. */
const client = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, (client) => {
    const outage = Outage.make("traces arrive again", {})
    const failed = (cause: unknown) => outage.failed(Effect.logWarning("the traces do not arrive", cause))
    return client.pipe(
      HttpClient.tapError(failed),
      HttpClient.tap(({ status }) => (status < 400 ? outage.worked : failed(new Refused({ code: status }))))
    )
  })
).pipe(Layer.provide(FetchHttpClient.layer))

/** The collector's answer, by its status. */
class Refused extends Data.TaggedError("Refused")<{ readonly code: number }> {}

/** The endpoint alone is enough; whoever sets more has the last word. */
const configuredBy = (endpoint: URL) =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.map(
      ConfigProvider.ConfigProvider,
      ConfigProvider.orElse(
        ConfigProvider.fromEnv({
          env: {
            OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.href,
            OTEL_TRACES_EXPORTER: "otlp",
            OTEL_SERVICE_NAME: "scnmnt",
            OTEL_SERVICE_VERSION: version
          }
        })
      )
    )
  )

/** A tracer whose spans end without the words of the errors that ended them. */
const discreet = Layer.effect(
  Tracer.Tracer,
  Effect.map(Tracer.Tracer, (tracer) =>
    Tracer.make({
      span: (options) => {
        const span = tracer.span(options)
        const end = span.end.bind(span)
        return Object.assign(span, {
          end: (at: bigint, exit: Exit.Exit<unknown, unknown>) =>
            end(at, Exit.isSuccess(exit) ? exit : Exit.failCause(Discretion.ofCause(exit.cause)))
        })
      }
    })
  )
)
