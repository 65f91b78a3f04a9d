import { Effect, Schema } from "effect"
import { asJson } from "./Client.ts"
import { openStream } from "./TextStream.ts"

export const enhance = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  openStream("/api/prompts/enhance", asJson(body, headers))

/** The data of the events, with the comments left out; events end with an empty line. */
export const eventsOf = (text: string) =>
  text
    .split("\n\n")
    .filter((event) => event !== "" && !event.startsWith(":"))
    .map((event) => event.replace(/^data: /, ""))

/** The tokens of the text; an event that is none of one is a failure here. */
export const tokensOf = (events: ReadonlyArray<string>) =>
  Effect.forEach(events, (event) => Effect.map(decodeChunk(event), ({ choices: [{ delta }] }) => delta.content))

export const failureOf = (event: string | undefined) => decodeFailure(event ?? "")

const decodeChunk = Schema.decodeEffect(
  Schema.fromJsonString(
    Schema.Struct({
      choices: Schema.Tuple([Schema.Struct({ delta: Schema.Struct({ content: Schema.String }) })])
    })
  ),
  { onExcessProperty: "error" }
)

const decodeFailure = Schema.decodeEffect(
  Schema.fromJsonString(Schema.Struct({ error: Schema.Struct({ message: Schema.String, code: Schema.Int }) })),
  { onExcessProperty: "error" }
)
