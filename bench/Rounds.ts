import { Effect, Record } from "effect"

/** How often each of the compared is measured, the first time aside. */
export const rounds = 7

/**
 * Measures those that are compared in turns, so that whatever else the machine does falls on all of them, and every
 * other round in the opposite order, so that none is always the one after another. The first round warms everything up,
 * and does not count. What each round brought stands at its place.
 */
export const alternate = Effect.fnUntraced(function* <Name extends string, A, E, R>(
  compared: Record<Name, Effect.Effect<A, E, R>>
) {
  const all = Record.map(compared, (measure) => ({ measure, taken: new Array<A>() }))
  for (let round = 0; round <= rounds; round++) {
    const turns = Record.values(all)
    for (const { measure, taken } of round % 2 === 0 ? turns : turns.toReversed()) {
      const value = yield* measure
      if (round > 0) taken.push(value)
    }
  }
  return Record.map(all, ({ taken }): ReadonlyArray<A> => taken)
})
