import { Context, Effect, Layer, Schedule, type Scope } from "effect"
import { Listeners } from "../Listeners.ts"

/** One beat every 15 seconds for all streams together, so that a stream costs no timer of its own. */
export class Heartbeat extends Context.Service<
  Heartbeat,
  {
    /** Calls this at every beat, as long as the scope lives. */
    onBeat(listener: () => void): Effect.Effect<void, never, Scope.Scope>
  }
>()("@scnmnt/server/http/Heartbeat") {}

export const layer = Layer.effect(
  Heartbeat,
  Effect.gen(function* () {
    const listeners = new Listeners()
    yield* listeners.tell.pipe(Effect.schedule(Schedule.spaced("15 seconds")), Effect.forkScoped)
    return Heartbeat.of({ onBeat: (listener) => listeners.add(listener) })
  })
)
