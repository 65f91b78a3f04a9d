import { Clock, Effect } from "effect"

/** Something that fails now and then, told in the log when it begins to fail and when it works again. */
export interface Outage {
  /** It failed. The first failure of a series is told, with this line; at most one series a minute is. */
  failed(line: Effect.Effect<void>): Effect.Effect<void>
  /** It works. If a failure was told before, this is told too, with how many there were. */
  readonly worked: Effect.Effect<void>
}

/**
 * Two lines for a series of failures, however long it is: a log full of them would hide everything else. `recovery` is
 * the message of the second, and both carry these annotations.
 */
export const make = (recovery: string, annotations: Readonly<Record<string, string>>): Outage => {
  let failures = 0
  let isTold = false
  let toldAt = -Infinity
  return {
    failed: (line) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        failures += 1
        if (isTold || now - toldAt < shortestBetween) return Effect.void
        isTold = true
        toldAt = now
        return Effect.annotateLogs(line, annotations)
      }),
    worked: Effect.suspend(() => {
      if (failures === 0) return Effect.void
      const wasTold = isTold
      const before = failures
      failures = 0
      isTold = false
      return wasTold ? Effect.annotateLogs(Effect.logInfo(recovery), { ...annotations, failures: before }) : Effect.void
    })
  }
}

/** In milliseconds: what fails and works in turns is told no more often. */
const shortestBetween = 60_000
