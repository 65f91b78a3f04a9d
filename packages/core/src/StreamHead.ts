import { Channel, Context, Effect, Pull, Scope, Stream } from "effect"

/**
 * What brings a stream's elements, as long as the scope lives, in the context that it is made in. `Stream.toPull` merges
 * that context with the puller's at every pull, which takes longer than the bytes of an image that such a pull brings.
 */
export const toPull = <A, E>(stream: Stream.Stream<A, E>) =>
  Effect.contextWith((context: Context.Context<Scope.Scope>) =>
    Effect.map(
      Channel.toPullScoped(Stream.toChannel(stream), Context.get(context, Scope.Scope)),
      Effect.updateContext<never, never>(() => context)
    )
  )

/** The chunks that bring the first so many bytes, or all of them if they are fewer, and what comes after. */
export const peel = Effect.fnUntraced(function* <E>(stream: Stream.Stream<Uint8Array, E>, bytes: number) {
  const pull = yield* toPull(stream)
  const head: Array<Uint8Array> = []
  let length = 0
  while (length < bytes) {
    const next = yield* Pull.catchDone(pull, () => Effect.undefined)
    if (next === undefined) return { head, length, rest: Stream.empty }
    head.push(...next)
    length = next.reduce((sum, chunk) => sum + chunk.length, length)
  }
  return { head, length, rest: Stream.fromPull(Effect.succeed(pull)) }
})
