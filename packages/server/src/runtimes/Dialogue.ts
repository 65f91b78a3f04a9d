import { type Duration, Effect, Option, Schema } from "effect"

/** One end of the line between a process and the one that started it. */
export interface End {
  send?(message: Message, ignore: () => void): unknown
  on(event: "message", listener: (message: unknown) => void): unknown
  off(event: "message", listener: (message: unknown) => void): unknown
}

const Message = Schema.TaggedUnion({
  Question: { number: Schema.Int },
  Answer: { number: Schema.Int, text: Schema.String }
})
type Message = typeof Message.Type

/**
 * Answers what the other end asks, as long as the scope lives, and gives the way to ask it. An end that is gone or busy
 * gives no answer in time.
 */
export const make = Effect.fnUntraced(function* (end: End, answer: Effect.Effect<string>, within: Duration.Input) {
  const asking = new Map<number, (text: string) => void>()
  let asked = 0
  const runFork = Effect.runForkWith(yield* Effect.context())
  const say = (message: Message) => end.send?.(message, () => {})
  const hear = (heard: unknown) =>
    Option.match(decode(heard), {
      onNone: () => {},
      onSome: Message.match({
        Question: ({ number }) => runFork(Effect.map(answer, (text) => say({ _tag: "Answer", number, text }))),
        Answer: ({ number, text }) => asking.get(number)?.(text)
      })
    })
  yield* Effect.acquireRelease(
    Effect.sync(() => end.on("message", hear)),
    () => Effect.sync(() => end.off("message", hear))
  )
  const ask = Effect.suspend(() => {
    const number = ++asked
    return Effect.callback<string>((resume) => {
      asking.set(number, (text) => resume(Effect.succeed(text)))
      say({ _tag: "Question", number })
    }).pipe(Effect.timeoutOption(within), Effect.ensuring(Effect.sync(() => asking.delete(number))))
  })
  return { ask }
})

const decode = Schema.decodeUnknownOption(Message)
