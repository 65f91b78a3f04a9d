import { Effect, Sink, Stdio, Stream } from "effect"
import { OutputClosed } from "./CommandFailed.ts"

/** Prints what the command was asked for, as it comes; everything else goes to stderr. */
export const stream = Effect.fnUntraced(function* <E, R>(content: Stream.Stream<string | Uint8Array, E, R>) {
  const { stdout } = yield* Stdio.Stdio
  yield* Stream.run(
    content,
    Sink.mapError(stdout(), () => new OutputClosed())
  )
})

/** The same in one line. */
export const line = (text: string) => stream(Stream.make(`${text}\n`))
