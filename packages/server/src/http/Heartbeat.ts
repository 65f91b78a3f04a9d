import { Context, Effect, Layer, PubSub, Schedule, Stream } from "effect"

/** One beat every 15 seconds for all streams together, so that a stream costs no timer of its own. */
export class Heartbeat extends Context.Service<Heartbeat, { readonly beats: Stream.Stream<void> }>()(
  "@scnmnt/server/http/Heartbeat"
) {}

export const layer = Layer.effect(
  Heartbeat,
  Effect.gen(function* () {
    const pulse = yield* PubSub.sliding<void>(1)
    yield* PubSub.publish(pulse, undefined).pipe(Effect.schedule(Schedule.spaced("15 seconds")), Effect.forkScoped)
    return Heartbeat.of({ beats: Stream.fromPubSub(pulse) })
  })
)
