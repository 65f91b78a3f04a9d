import { Clock, Duration, Effect, Option, Ref, Schedule } from "effect"
import type { ImageRequest } from "./ImageRequest.ts"
import { ImageUpstream, type SubmitError } from "./ports/ImageUpstream.ts"
import { afterLookUp, afterTries, type Tries, Verdict } from "./SubmissionPlan.ts"
import type { TaskId } from "./TaskId.ts"

/**
 * Hands a paid task to the upstream, under the same id however often it takes, and finds out what became of it.
 * `repeated`: an earlier request may have submitted it already.
 */
export const submit = Effect.fnUntraced(function* (id: TaskId, request: ImageRequest, repeated: boolean) {
  const upstream = yield* ImageUpstream
  const uncertain = yield* Ref.make(repeated)
  const start = yield* Clock.currentTimeMillis
  return yield* upstream.submit(id, request).pipe(
    Effect.tapErrorTag("SubmitError", ({ reason }) =>
      reason._tag === "UnknownOutcome" ? Ref.set(uncertain, true) : Effect.void
    ),
    Effect.retry(tryAgain(start)),
    Effect.matchEffect({
      onSuccess: (task) => Effect.succeed<Verdict>(Verdict.cases.Accepted.make({ task })),
      onFailure: ({ reason }) =>
        Effect.flatMap(Ref.get(uncertain), (uncertain) => decide(id, { last: reason, uncertain }))
    })
  )
})

/** About 20 seconds of tries in all, each further apart than the last, and never sooner than the upstream asks. */
const tryAgain = (start: number) =>
  Schedule.exponential("500 millis").pipe(
    Schedule.jittered,
    Schedule.setInputType<SubmitError>(),
    Schedule.modifyDelay(({ duration, input }) => Effect.succeed(Duration.max(duration, retryAfter(input)))),
    // A schedule's own `elapsed` leaves out the first try, which may have taken a minute.
    Schedule.while(
      ({ duration, now, input }) =>
        input.reason._tag !== "Rejected" && now - start + Duration.toMillis(duration) <= Duration.toMillis(patience)
    )
  )
const patience = Duration.seconds(20)

const retryAfter = ({ reason }: SubmitError): Duration.Duration =>
  (reason._tag === "Unavailable" ? reason.retryAfter : undefined) ?? Duration.zero

const decide = Effect.fnUntraced(function* (id: TaskId, tries: Tries) {
  const decided = afterTries(tries)
  return Option.isSome(decided) ? decided.value : afterLookUp(tries, yield* Effect.result(lookUpTwice(id)))
})

/** A task that was accepted a moment ago may not show yet: it is missing when it is so again, seconds later. */
const lookUpTwice = (id: TaskId) =>
  ImageUpstream.use((upstream) => upstream.lookUp(id)).pipe(
    Effect.repeat({ schedule: Schedule.spaced("3 seconds"), times: 1, until: Option.isSome })
  )
