import { Effect } from "effect"

/**
 * When a process dies. Each call of a port has two moments to do so, before it and after it; from then on nothing that
 * the process does has any effect, and nothing in it goes on.
 */
export class Fate {
  isAlive = true
  /** The moments lived through. */
  moments = 0
  /** The moment to die at. */
  last = Number.POSITIVE_INFINITY

  /** Interrupting what waits for a store does not undo what the store does. */
  guard<A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return this.#moment.pipe(
      Effect.andThen(Effect.uninterruptible(Effect.exit(call))),
      Effect.flatMap((exit) => Effect.andThen(this.#moment, exit))
    )
  }

  /** A call that may be left half-way. */
  guardInterruptible<A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return this.#moment.pipe(
      Effect.andThen(Effect.exit(call)),
      Effect.flatMap((exit) => Effect.andThen(this.#moment, exit))
    )
  }

  readonly #moment = Effect.suspend(() => {
    this.moments += 1
    if (this.moments >= this.last) this.isAlive = false
    return this.isAlive ? Effect.void : Effect.never
  })
}
