import { Context, Deferred, Effect, Layer, type Scope } from "effect"
import { Listeners } from "./Listeners.ts"

/** Tells those who could go on for ever, such as event streams, that the server is about to stop. */
export class Shutdown extends Context.Service<
  Shutdown,
  {
    /** Ends when the shutdown begins. */
    readonly begins: Effect.Effect<void>
    /** Calls this when the shutdown begins, or at once if it has, as long as the scope lives. */
    onBegin(listener: () => void): Effect.Effect<void, never, Scope.Scope>
    readonly begin: Effect.Effect<void>
    readonly isBegun: Effect.Effect<boolean>
  }
>()("@scnmnt/server/Shutdown") {}

export const layer = Layer.effect(
  Shutdown,
  Effect.map(Deferred.make<void>(), (begun) => {
    const listeners = new Listeners()
    return Shutdown.of({
      begins: Deferred.await(begun),
      onBegin: (listener) => (Deferred.isDoneUnsafe(begun) ? Effect.sync(listener) : listeners.add(listener)),
      isBegun: Deferred.isDone(begun),
      begin: Effect.andThen(Deferred.succeed(begun, undefined), listeners.tell)
    })
  })
)

/** Begins the shutdown when it is released, which is before anything that it was built on. */
export const onRelease = Layer.effectDiscard(Shutdown.use(({ begin }) => Effect.addFinalizer(() => begin)))
