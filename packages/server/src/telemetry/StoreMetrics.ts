import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { DateTime, Duration, Effect, Metric, Option } from "effect"

const open = Metric.gauge("scnmnt_open_spends", {
  description: "Spends that are open in the store, of all nodes together"
})
const age = Metric.gauge("scnmnt_oldest_open_spend_age_seconds", {
  description: "Age of the oldest open spend in the store, of all nodes together; 0 if there is none"
})
const up = Metric.gauge("scnmnt_quota_store_up", { description: "Whether the store answers: 1, or 0" })

/** Asks the store for what only it knows. Of a store that does not answer nothing is shown but that. */
export const refresh = Effect.gen(function* () {
  const backlog = yield* QuotaStore.use((store) => store.backlog).pipe(Effect.timeout("2 seconds"), Effect.option)
  yield* Metric.update(up, Option.isSome(backlog) ? 1 : 0)
  if (Option.isNone(backlog)) {
    yield* Metric.remove(open)
    yield* Metric.remove(age)
    return
  }
  const now = yield* DateTime.now
  const oldest = Option.getOrElse(backlog.value.oldest, () => now)
  yield* Metric.update(open, backlog.value.open)
  yield* Metric.update(age, Math.max(0, Duration.toSeconds(DateTime.distance(oldest, now))))
})
