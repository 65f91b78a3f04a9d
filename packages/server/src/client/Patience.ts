import { Context, Duration, Effect, Predicate, Schedule } from "effect"
import { Sse } from "effect/encoding"
import { HttpClientError } from "effect/http"
import { LineCut } from "./LineCut.ts"

/** How long a call is repeated for, each time it goes wrong. */
export interface Patience {
  /** With a server that can't be reached. */
  readonly unreachable: Duration.Input
  /** With a server that asks to come back later. */
  readonly busy: Duration.Input
}

/** Told before each repeat, and how long it is until then; by itself nobody listens. */
export const Listener = Context.Reference<(error: unknown, pause: Duration.Duration) => Effect.Effect<void>>(
  "@scnmnt/server/client/Patience/Listener",
  { defaultValue: () => () => Effect.void }
)

/** Repeats what can go better the next time, at a slackening pace but not before the server asks for it. */
export const schedule = ({ busy, unreachable }: Patience) =>
  Schedule.exponential("250 millis").pipe(
    Schedule.setInputType<unknown>(),
    Schedule.modifyDelay(({ duration, input }) =>
      Effect.succeed(Duration.max(Duration.min(duration, slowest), pauseAfter(input) ?? Duration.zero))
    ),
    Schedule.while(
      Effect.fnUntraced(function* ({ duration, elapsed, input }) {
        const pause = pauseAfter(input)
        if (pause === undefined) return false
        const limit = Duration.fromInputUnsafe(Duration.isZero(pause) ? unreachable : busy)
        if (elapsed + Duration.toMillis(duration) > Duration.toMillis(limit)) return false
        yield* Effect.flatMap(Listener, (tell) => tell(input, duration))
        return true
      })
    )
  )

const slowest = Duration.seconds(5)

/** How long a failure asks to wait; zero if it only says that nobody was there, `undefined` if a repeat can't help. */
export const pauseAfter = (error: unknown): Duration.Duration | undefined => {
  if (Predicate.hasProperty(error, "retryAfter") && Predicate.isNumber(error.retryAfter)) {
    return Duration.seconds(error.retryAfter)
  }
  if (error instanceof LineCut) return Duration.zero
  if (Sse.Retry.is(error)) return error.duration
  return HttpClientError.isHttpClientError(error) ? pauseAfterCall(error) : undefined
}

const pauseAfterCall = ({ reason, response }: HttpClientError.HttpClientError) => {
  if (response === undefined) return reason._tag === "TransportError" ? Duration.zero : undefined
  const { headers, status } = response
  if (status === 429 || status === 503) return Duration.seconds(Number(headers["retry-after"]) || 1)
  // A proxy's word for a server that is away, or an answer that was cut off.
  return status > 500 || status < 300 ? Duration.zero : undefined
}
