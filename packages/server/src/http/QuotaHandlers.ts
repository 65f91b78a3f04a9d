import * as Quota from "@scnmnt/core/Quota"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../api/Api.ts"
import { ok } from "../api/Envelope.ts"
import * as RateLimiting from "./RateLimiting.ts"
import { quotaUnavailable } from "./RetryAfter.ts"

export const layer = HttpApiBuilder.group(Api, "quota", (handlers) =>
  handlers
    .handle("status", ({ payload }) =>
      Quota.status(payload.fingerprint).pipe(
        Effect.map(ok),
        Effect.catchTag("QuotaUnavailable", () => quotaUnavailable)
      )
    )
    .handle("checkIn", ({ payload }) =>
      RateLimiting.count("account-check-in", payload.fingerprint).pipe(
        Effect.andThen(Quota.checkIn(payload.fingerprint)),
        Effect.map(ok),
        Effect.catchTag("QuotaUnavailable", () => quotaUnavailable)
      )
    )
)
