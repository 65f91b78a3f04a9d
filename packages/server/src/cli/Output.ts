import { Effect, Predicate, Sink, Stdio, Stream } from "effect"
import { CommandFailed, exitCodes, OutputClosed } from "./CommandFailed.ts"
import { legible } from "./Screen.ts"

/**
 * Prints what the command was asked for, as it comes; everything else goes to stderr. A text is {@link legible} on a
 * terminal, and as it is elsewhere.
 */
export const stream = Effect.fnUntraced(function* <E, R>(content: Stream.Stream<string | Uint8Array, E, R>) {
  const { stdout, stdoutIsTerminal } = yield* Stdio.Stdio
  const shown = (piece: string | Uint8Array) => (Predicate.isString(piece) ? legible(piece) : piece)
  yield* Stream.run(
    (yield* stdoutIsTerminal) ? Stream.map(content, shown) : content,
    Sink.mapError(stdout(), ({ reason }) => failureOf(reason.cause))
  ).pipe(
    // Where Node has the stream fail, Deno throws.
    Effect.catchDefect((defect) => (isErrno(defect) ? Effect.fail(failureOf(defect)) : Effect.die(defect)))
  )
})

/** The same in one line. */
export const line = (text: string) => stream(Stream.make(`${text}\n`))

/** An error of the operating system's. */
const isErrno = (cause: unknown): cause is Error & { readonly code: string } =>
  cause instanceof Error && "code" in cause && Predicate.isString(cause.code) && /^E[A-Z0-9]+$/.test(cause.code)

const failureOf = (cause: unknown) =>
  isErrno(cause) && cause.code === "EPIPE"
    ? new OutputClosed()
    : new CommandFailed({
        error: "NotWritten",
        message: `Could not write to stdout: ${cause instanceof Error ? cause.message : String(cause)}.`,
        exitCode: exitCodes.failed
      })
