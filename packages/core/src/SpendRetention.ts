import { Context, DateTime, Duration, Effect, Layer, Schedule } from "effect"
import { QuotaStore } from "./ports/QuotaStore.ts"

/** How long an ended spend is kept one by one: 90 days by itself. */
export const retention = Context.Reference<Duration.Duration>("@scnmnt/core/SpendRetention", {
  defaultValue: () => Duration.days(90)
})

/** Once an hour counts the spends that are too old into their accounts, so that the books stay small and still add up. */
export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    const store = yield* QuotaStore
    const age = yield* retention
    const fold = Effect.flatMap(DateTime.now, (now) => store.fold(DateTime.subtractDuration(now, age), batch))
    yield* fold.pipe(
      Effect.repeat({ while: (folded) => folded === batch }),
      Effect.ignoreCause({ log: "Warn", message: "old spends could not be folded" }),
      Effect.repeat(Schedule.spaced("1 hour")),
      Effect.forkScoped
    )
  })
)

/** Keeps each transaction short: every spend in it is a read and a write of its own. */
const batch = 100
