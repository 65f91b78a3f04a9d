import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Envelope } from "./Envelope.ts"
import * as Failures from "./Failures.ts"

const Ok = Envelope(Schema.Struct({ status: Schema.Literal("ok") }))

/** Whether the service is there and can serve. */
export class SystemApi extends HttpApiGroup.make("system").add(
  HttpApiEndpoint.get("status", "/api/status", { success: Ok }),
  HttpApiEndpoint.get("alive", "/healthz", { success: Ok }),
  HttpApiEndpoint.get("ready", "/readyz", { success: Ok, error: Failures.QuotaUnavailable })
) {}
