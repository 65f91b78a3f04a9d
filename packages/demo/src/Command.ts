import { EnhanceJson } from "@scnmnt/server/api/PromptsApi"
import * as CliFlags from "@scnmnt/server/cli/Flags"
import { Effect, Schema } from "effect"
import { Command, Flag } from "effect/cli"

const flags = {
  prompt: Flag.String("prompt").pipe(
    Flag.withDescription("What the picture is to show"),
    Flag.withSchema(EnhanceJson.fields.prompt),
    Flag.withDefault(EnhanceJson.fields.prompt.make("a pine forest by the water at sunrise"))
  ),
  size: CliFlags.size.pipe(Flag.withDefault("16:9")),
  references: CliFlags.references,
  port: Flag.Int("port").pipe(
    Flag.withDescription("Where the server listens; 3000 unless told, or a free port if that one is taken"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
    Flag.optional
  ),
  once: Flag.Boolean("once").pipe(
    Flag.withDescription("End after the picture instead of staying up"),
    Flag.withDefault(false)
  )
}

/** `scnmnt demo`. */
export const demo = Command.make("demo", flags, (flags) =>
  Effect.flatMap(
    Effect.promise(() => import("./Demo.ts")),
    ({ run }) => run(flags)
  )
).pipe(
  Command.withShortDescription("The whole job on this machine, with a simulated image service"),
  Command.withDescription(
    "The whole job on this machine: credits, a better prompt as a stream, a picture. The image service is simulated, so it needs no account and costs nothing."
  )
)
