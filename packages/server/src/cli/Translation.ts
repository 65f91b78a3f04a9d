import { Duration, Schema } from "effect"
import { EnhancementCutOff, EnhancementFailed } from "../api/Enhancement.ts"
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
    if (error instanceof EnhancementFailed) {
      return new CommandFailed({ error: error._tag, message: printable(error.message), exitCode: exitCodes.failed })
    }
    if (error instanceof EnhancementCutOff || error instanceof LineCut) return unreachable(error._tag, error.message)
    const pause = pauseAfter(error)
    if (pause === undefined) {
      return unreachable(
        "NotTheService",
        `What answers at ${server} is not a scnmnt server that this client knows: check --server.`
      )
    }
    return Duration.isZero(pause)
      ? unreachable("Unreachable", `No answer from ${server}: is it up? --server or SCNMNT_SERVER says where it is.`)
      : busy("Busy", `${server} is busy.`, pause)
  }

/** The same in a few words, while there is still hope. */
export const inShort = (error: unknown): string =>
  isFailure(error) || error instanceof LineCut ? printable(error.message.replace(/\.$/, "")) : "No answer"

/** What the server says of a request that it will not or can't do. */
export const ofFailure = (failure: Failure): CommandFailed => {
  const message = printable(`${failure.message}${detailsOf(failure)}`)
  return "retryAfter" in failure
    ? busy(failure.error, message, Duration.seconds(failure.retryAfter))
    : new CommandFailed({ error: failure.error, message, exitCode: exitCodeOf(failure) })
}

const unreachable = (error: string, message: string) =>
  new CommandFailed({ error, message, exitCode: exitCodes.unreachable })

const busy = (error: string, message: string, pause: Duration.Duration) =>
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
