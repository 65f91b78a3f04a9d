import { Clock, Duration, Effect, Schema, Stream } from "effect"

export interface Limits<A> {
  /** Until the first element that counts is there, whatever comes before it. */
  readonly first: Duration.Input
  /** Whether an element counts as the first: any does unless told. */
  readonly begins?: (element: A) => boolean
  /** After this element, until the next is there or the stream ends. */
  readonly after: (element: A) => Duration.Input
}

/** Nothing came for too long. */
export class Silence extends Schema.TaggedError<Silence>()("Silence", {}) {}

/** Fails a stream that keeps its reader waiting. Time that the reader takes for itself does not count, but for the first. */
export const onSilence =
  <A>({ after, begins = () => true, first }: Limits<A>) =>
  <E, R>(self: Stream.Stream<A, E, R>): Stream.Stream<A, E | Silence, R> =>
    Stream.transformPull(self, (pull) =>
      Effect.map(Clock.Clock, (clock) => {
        const deadline = clock.currentTimeMillisUnsafe() + Duration.toMillis(first)
        let silence: Duration.Input | undefined
        return Effect.suspend(() =>
          Effect.timeoutOrElse(pull, {
            duration: silence ?? Math.max(0, deadline - clock.currentTimeMillisUnsafe()),
            orElse: () => Effect.fail(new Silence())
          })
        ).pipe(
          Effect.tap((elements) =>
            Effect.sync(() => {
              if (silence !== undefined || elements.some(begins)) silence = after(elements.at(-1) ?? elements[0])
            })
          )
        )
      })
    )
