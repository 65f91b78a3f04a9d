import { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Effect, Exit, Schedule, Schema } from "effect"
import * as SqliteDriver from "./SqliteDriver.ts"

/** A store that fails or has unreadable rows is unavailable; anything else that is thrown is a defect. */
export const exitOf = (cause: unknown): Exit.Exit<never, QuotaUnavailable> =>
  SqliteDriver.isFailure(cause) || Schema.isSchemaError(cause) ? Exit.fail(unavailable(cause)) : Exit.die(cause)

export const unavailable = (cause: unknown): QuotaUnavailable => new QuotaUnavailable({ cause })

/** Does something with a database in one step, and again while another connection is in its way. */
export const attempt = <A>(step: () => A): Effect.Effect<A, QuotaUnavailable> => {
  const once = Effect.suspend(() => {
    try {
      return Effect.succeed(step())
    } catch (cause) {
      return exitOf(cause)
    }
  })
  // A schedule costs as much as the step does, and is hardly ever needed.
  return Effect.catchIf(once, whileBusy.while, () => Effect.retry(once, whileBusy))
}

/** How another connection's transaction is waited for. */
export const whileBusy = {
  while: ({ cause }: QuotaUnavailable) => SqliteDriver.isBusy(cause),
  schedule: Schedule.spaced("5 millis").pipe(Schedule.jittered, Schedule.upTo({ duration: "5 seconds" }))
}
