import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Envelope } from "./Envelope.ts"
import * as Failures from "./Failures.ts"

/** Whose credits. */
export const AccountJson = Schema.Struct({
  fingerprint: Fingerprint.annotate({ description: "The account, as the app names it." })
}).annotate({ identifier: "AccountJson" })

/** An account's credits, and what a check-in brings. */
export const QuotaStatus = Schema.Struct({
  balance: Schema.Int.annotate({ description: "Credits that can be spent." }),
  signedToday: Schema.Boolean.annotate({ description: "Whether the account has checked in today." }),
  cap: Schema.Int.annotate({ description: "The balance up to which a check-in adds credits." }),
  dailyGrant: Schema.Int.annotate({ description: "Credits that a check-in brings, once a day." })
}).annotate({ identifier: "QuotaStatus" })

/** Credits. */
export class QuotaApi extends HttpApiGroup.make("quota")
  .add(
    HttpApiEndpoint.post("status", "/status", {
      payload: AccountJson,
      success: Envelope(QuotaStatus),
      error: [Failures.UnsupportedMediaType, Failures.QuotaUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "getQuota",
        summary: "An account's credits",
        description: "An unknown account has no credits yet, and can check in."
      })
    ),
    HttpApiEndpoint.post("checkIn", "/check-in", {
      payload: AccountJson,
      success: Envelope(QuotaStatus),
      error: [Failures.UnsupportedMediaType, Failures.QuotaUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "checkIn",
        summary: "Take today's credits",
        description:
          "Brings `dailyGrant` credits once a day, up to `cap`. Again on the same day it brings nothing; at the cap it brings nothing and does not use up the day."
      })
    )
  )
  .prefix("/api/quota")
  .annotateMerge(OpenApi.annotations({ description: "Credits: one buys one picture." })) {}
