import { Prompt } from "@scnmnt/core/Prompt"
import { EnhanceDirection } from "@scnmnt/core/EnhanceDirection"
import { Effect, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Client } from "../client/Client.ts"
import * as Flags from "./Flags.ts"
import * as Output from "./Output.ts"
import * as Session from "./Session.ts"

const parameters = {
  prompt: Argument.String("prompt").pipe(
    Argument.withDescription("The prompt to improve"),
    Argument.withSchema(Prompt)
  ),
  direction: Flag.Literals("direction", EnhanceDirection.literals).pipe(
    Flag.withDescription("Whether to add what the prompt leaves open, or to strengthen it by imagination"),
    Flag.withDefault("details")
  ),
  ...Flags.connection
}

/** `scnmnt enhance`: a better prompt. */
export const enhance = Command.make("enhance", parameters, (input) => Session.run(input)(improve(input))).pipe(
  Command.withDescription("Improve a prompt; its words go to stdout as they come. Costs no credit."),
  Command.withExamples([{ command: `scnmnt enhance "a lighthouse at dusk" --direction creative` }])
)

const improve = Effect.fnUntraced(function* ({ json, ...wish }: Command.Command.Config.Infer<typeof parameters>) {
  const tokens = yield* Client.useSync(({ enhance }) => enhance(wish))
  if (!json) return yield* Output.stream(Stream.concat(tokens, Stream.make("\n")))
  const { direction, prompt } = wish
  yield* Output.line(JSON.stringify({ prompt, direction, enhanced: yield* Stream.mkString(tokens) }))
})
