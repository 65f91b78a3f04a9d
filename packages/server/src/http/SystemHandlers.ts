import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../api/Api.ts"
import { ok } from "../api/Envelope.ts"
import * as UpstreamCircuit from "../doors/UpstreamCircuit.ts"
import { Shutdown } from "../Shutdown.ts"
import * as MetricsPage from "../telemetry/MetricsPage.ts"
import { notReady } from "./RetryAfter.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "system",
  Effect.fnUntraced(function* (handlers) {
    const metrics = yield* MetricsPage.make
    // No limit holds those who ask, and each of them would ask the books.
    const storeIsAnswering = yield* Effect.cachedWithTTL(storeAnswers, "1 second")
    return handlers
      .handle("status", () => Effect.succeed(fine))
      .handle("alive", () => Effect.succeed(fine))
      .handle("metrics", () => metrics)
      .handle("ready", () =>
        Effect.gen(function* () {
          const isAnswering = yield* storeIsAnswering
          const isDraining = yield* Shutdown.use(({ isBegun }) => isBegun)
          return isAnswering && !isDraining
            ? ok({ status: "ok" as const, upstreamCircuit: words[(yield* UpstreamCircuit.state)._tag] })
            : yield* notReady([
                ...(isAnswering ? [] : ["store" as const]),
                ...(isDraining ? ["draining" as const] : [])
              ])
        })
      )
  })
)

const words = { Closed: "closed", HalfOpen: "half-open", Open: "open" } as const

const fine = ok({ status: "ok" as const })

/** A store that takes its time is none to rely on: who asks this waits a second or two himself. */
const storeAnswers = QuotaStore.use((store) => store.status(nobody)).pipe(
  Effect.timeout("1 second"),
  Effect.match({ onSuccess: () => true, onFailure: () => false })
)

/** An account to ask for, only to see whether the store answers. */
const nobody = Fingerprint.make("readiness-probe")
