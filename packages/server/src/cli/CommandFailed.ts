import { Runtime, Schema } from "effect"
import { CliError } from "effect/cli"

/** What a command that fails ends with. An order that was placed goes on by itself, whatever becomes of the command. */
export const exitCodes = {
  /** The task failed, or the service would not or could not do it. */
  failed: 1,
  /** The command was given wrongly: a flag, a file, a key. */
  usage: 2,
  noCredits: 3,
  /** The server can't be reached, or is none of this service. */
  unreachable: 4,
  /** The server asks to come back later. */
  busy: 5,
  interrupted: 130,
  /** Whoever read the output left: as for any program that SIGPIPE ends. */
  outputClosed: 141
} as const

/** What a command could not do: a tag for scripts, a line for people, a status for the shell. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  error: Schema.String,
  message: Schema.String,
  exitCode: Schema.Literals(Object.values(exitCodes))
}) {
  override get [CliError.userMessage]() {
    return this.message
  }
  override get [Runtime.errorExitCode]() {
    return this.exitCode
  }

  /** The same with a further sentence for people. */
  adding(sentence: string) {
    return new CommandFailed({ ...this, message: `${this.message} ${sentence}` })
  }
}

/** The reader of the output left: nobody is there to be told. */
export class OutputClosed extends Schema.TaggedError<OutputClosed>()("OutputClosed", {}) {
  override readonly [Runtime.errorExitCode] = exitCodes.outputClosed
  override readonly [Runtime.errorReported] = false
}

/** The command was given wrongly. */
export const usage = (message: string, error = "Usage") =>
  new CommandFailed({ error, message, exitCode: exitCodes.usage })
