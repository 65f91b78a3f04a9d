import { Console, Effect, Layer, Runtime, Schema } from "effect"
import { CliConfig, CliError, CliOutput, Command, GlobalFlag } from "effect/cli"
import { version } from "../Version.ts"
import { exitCodes } from "./CommandFailed.ts"

/** Runs a command line of ours: what goes wrong is a line on stderr and a status of {@link exitCodes}. */
export const run = <const Name extends string, Input, E, R, ContextInput>(
  command: Command.Command<Name, Input, ContextInput, E, R>
) =>
  Command.run(command, { version }).pipe(
    Effect.mapError((error) =>
      CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length > 0 ? new Misused() : error
    ),
    Effect.provide([layerFormatter, layerPresenter, CliConfig.layer({ builtIns })])
  )

/** It was told what is wrong with the command. */
class Misused extends Schema.TaggedError<Misused>()("Misused", {}) {
  override readonly [Runtime.errorExitCode] = exitCodes.usage
  override readonly [Runtime.errorReported] = false
}

const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]

const inLine = (message: string) => `scnmnt: ${message}`

const layerFormatter = Layer.sync(CliOutput.Formatter, () => ({
  ...CliOutput.defaultFormatter(),
  formatError: ({ message }) => inLine(message)
}))

/** The whole help in answer to a slip of the fingers would hide what is wrong. */
const layerPresenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(
          [
            ...event.errors.map(({ message }) => inLine(message)),
            inLine(`See ${event.commandPath.join(" ")} --help.`)
          ].join("\n")
        )
      : CliOutput.defaultPresenter.present(event)
})
