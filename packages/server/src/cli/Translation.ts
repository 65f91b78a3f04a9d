import { Duration, Schema } from "effect"
import * as Failures from "../api/Failures.ts"
import { LineCut } from "../client/LineCut.ts"
import { pauseAfter } from "../client/Patience.ts"
import { CommandFailed, exitCodes, OutputClosed } from "./CommandFailed.ts"
import { printable } from "./Screen.ts"

/** What a call to a server ran into, as its user reads it. What a command says by itself stays as it is. */
export const ofError =
  (server: string) =>
  (error: unknown): CommandFailed | OutputClosed => {
    if (error instanceof CommandFailed || error instanceof OutputClosed) return error
    if (isFailure(error)) return ofFailure(error)
    const pause = pauseAfter(error)
    if (isEnhancementFailed(error)) {
      return new CommandFailed({ error: error._tag, message: printable(error.message), exitCode: exitCodes.failed })
    }
    return pause === undefined
      ? new CommandFailed({
          error: "NotTheService",
          message: `What answers at ${server} is not a scnmnt server that this client knows: check --server.`,
          exitCode: exitCodes.unreachable
        })
      : Duration.isZero(pause)
        ? new CommandFailed({
            error: "Unreachable",
            message: `No answer from ${server}: is the server up? --server or SCNMNT_SERVER says where it is.`,
            exitCode: exitCodes.unreachable
          })
        : busy(`${server} is busy.`, pause)
  }

/** The same in a few words, while there is still hope. */
export const inShort = (error: unknown): string =>
  isFailure(error) || error instanceof LineCut ? printable(error.message.replace(/\.$/, "")) : "No answer"

const ofFailure = (failure: Failure): CommandFailed => {
  if ("retryAfter" in failure)
    return busy(printable(failure.message), Duration.seconds(failure.retryAfter), failure.error)
  const message = printable(`${failure.message}${detailsOf(failure)}`)
  return new CommandFailed({ error: failure.error, message, exitCode: exitCodeOf(failure) })
}

const busy = (message: string, pause: Duration.Duration, error = "Busy") =>
  new CommandFailed({
    error,
    message: `${message} Try again in ${Duration.toSeconds(pause)} s.`,
    exitCode: exitCodes.busy
  })

const detailsOf = (failure: Failure) => {
  switch (failure._tag) {
    case "InvalidRequest":
      return failure.issues.map(({ path, problem }) => ` ${path} ${problem}.`).join("")
    case "InsufficientCredits":
      return " Not checked in today? scnmnt check-in"
    default:
      return ""
  }
}

const exitCodeOf = ({ _tag, code }: Failure) => {
  if (_tag === "InsufficientCredits") return exitCodes.noCredits
  return code === 400 || code === 413 || code === 415 || _tag === "IdempotencyKeyReused"
    ? exitCodes.usage
    : exitCodes.failed
}

const Failure = Schema.Union(Object.values(Failures))
type Failure = typeof Failure.Type
const isFailure = Schema.is(Failure)

const isEnhancementFailed = Schema.is(Schema.Struct({ _tag: Schema.tag("EnhancementFailed"), message: Schema.String }))
