import { type Duration, Effect, Stream } from "effect"

export interface Limits<A> {
  /** Until the first element is there. */
  readonly first: Duration.Input
  /** After this element, until the next is there or the stream ends. */
  readonly after: (element: A) => Duration.Input
}

/** Fails a stream that keeps its reader waiting. Time that the reader takes for itself does not count. */
export const onSilence =
  <A, E2>(limits: Limits<A>, error: () => E2) =>
  <E, R>(self: Stream.Stream<A, E, R>): Stream.Stream<A, E | E2, R> =>
    Stream.transformPull(self, (pull) =>
      Effect.sync(() => {
        let duration = limits.first
        return Effect.suspend(() => Effect.timeoutOrElse(pull, { duration, orElse: () => Effect.fail(error()) })).pipe(
          Effect.tap((elements) =>
            Effect.sync(() => {
              duration = limits.after(elements.at(-1) ?? elements[0])
            })
          )
        )
      })
    )
