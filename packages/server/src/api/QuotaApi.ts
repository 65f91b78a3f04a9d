import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Envelope } from "./Envelope.ts"
import * as Failures from "./Failures.ts"

/** Whose credits. */
export const AccountJson = Schema.Struct({ fingerprint: Fingerprint })

/** An account's credits, and what a check-in brings. */
export const QuotaStatus = Schema.Struct({
  balance: Schema.Int,
  signedToday: Schema.Boolean,
  cap: Schema.Int,
  dailyGrant: Schema.Int
})

/** Credits. */
export class QuotaApi extends HttpApiGroup.make("quota")
  .add(
    HttpApiEndpoint.post("status", "/status", {
      payload: AccountJson,
      success: Envelope(QuotaStatus),
      error: Failures.QuotaUnavailable
    }),
    HttpApiEndpoint.post("checkIn", "/check-in", {
      payload: AccountJson,
      success: Envelope(QuotaStatus),
      error: Failures.QuotaUnavailable
    })
  )
  .prefix("/api/quota") {}
