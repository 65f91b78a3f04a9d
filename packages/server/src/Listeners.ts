import { Effect } from "effect"

/** Those who are told when something happens: a function each, where a waiting fiber each would be too much. */
export class Listeners {
  readonly #listeners = new Set<() => void>()

  readonly tell = Effect.sync(() => {
    for (const listener of this.#listeners) listener()
  })

  /** Tells this one too, as long as the scope lives. */
  add(listener: () => void) {
    return Effect.acquireRelease(
      Effect.sync(() => void this.#listeners.add(listener)),
      () => Effect.sync(() => this.#listeners.delete(listener))
    )
  }
}
