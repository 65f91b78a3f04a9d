import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../api/Api.ts"
import { ok } from "../api/Envelope.ts"
import { quotaUnavailable } from "./RetryAfter.ts"

export const layer = HttpApiBuilder.group(Api, "system", (handlers) =>
  handlers
    .handle("status", () => Effect.succeed(fine))
    .handle("alive", () => Effect.succeed(fine))
    .handle("ready", () =>
      QuotaStore.use((store) => store.status(nobody)).pipe(
        Effect.as(fine),
        Effect.catchTag("QuotaUnavailable", () => quotaUnavailable)
      )
    )
)

const fine = ok({ status: "ok" as const })
/** An account to ask for, only to see whether the store answers. */
const nobody = Fingerprint.make("readiness-probe")
