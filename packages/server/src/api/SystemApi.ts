import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Envelope } from "./Envelope.ts"
import * as Failures from "./Failures.ts"

const Ok = Envelope(Schema.Struct({ status: Schema.Literal("ok") }))

/** Whether orders go to the upstream: `closed`, they do; `half-open`, one of them tries; `open`, they fail at once. */
const Circuit = Schema.Literals(["closed", "half-open", "open"])

const Ready = Envelope(Schema.Struct({ status: Schema.Literal("ok"), upstreamCircuit: Circuit }))

/** The media type of Prometheus' text format. */
export const prometheusText = "text/plain; version=0.0.4; charset=utf-8"

const PrometheusText = Schema.String.pipe(HttpApiSchema.asText({ contentType: prometheusText }))

/** Whether the service is there and can serve. */
export class SystemApi extends HttpApiGroup.make("system")
  .add(
    HttpApiEndpoint.get("status", "/api/status", { success: Ok }).annotateMerge(
      OpenApi.annotations({
        identifier: "getStatus",
        summary: "Whether the API is there",
        description: "For apps."
      })
    ),
    HttpApiEndpoint.get("alive", "/healthz", { success: Ok }).annotateMerge(
      OpenApi.annotations({
        identifier: "getLiveness",
        summary: "Whether the process is alive",
        description: "For a supervisor that would restart it. It says nothing of what the service depends on."
      })
    ),
    HttpApiEndpoint.get("ready", "/readyz", { success: Ready, error: Failures.NotReady }).annotateMerge(
      OpenApi.annotations({
        identifier: "getReadiness",
        summary: "Whether the service can serve",
        description:
          "For load balancers: the books can be reached, and the server is not about to stop. A server whose circuit to the image service is open is still ready: it answers for tasks, images and credits, and refuses orders at once. Taking it out would not help, because all servers share one image service."
      })
    ),
    HttpApiEndpoint.get("metrics", "/metrics", { success: PrometheusText }).annotateMerge(
      OpenApi.annotations({
        identifier: "getMetrics",
        summary: "What the service counts",
        description: "For Prometheus, in its text format."
      })
    )
  )
  .annotateMerge(OpenApi.annotations({ description: "Whether the service is there and can serve." })) {}
