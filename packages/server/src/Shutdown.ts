import { Context, Deferred, Effect, Layer } from "effect"

/** Tells those who could go on for ever, such as event streams, that the server is about to stop. */
export class Shutdown extends Context.Service<
  Shutdown,
  {
    /** Ends when the shutdown begins. */
    readonly begins: Effect.Effect<void>
    readonly begin: Effect.Effect<void>
  }
>()("@scnmnt/server/Shutdown") {}

export const layer = Layer.effect(
  Shutdown,
  Effect.map(Deferred.make<void>(), (begun) =>
    Shutdown.of({ begins: Deferred.await(begun), begin: Effect.asVoid(Deferred.succeed(begun, undefined)) })
  )
)

/** Begins the shutdown when it is released, which is before anything that it was built on. */
export const onRelease = Layer.effectDiscard(Shutdown.use(({ begin }) => Effect.addFinalizer(() => begin)))
