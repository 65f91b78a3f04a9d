import { join } from "node:path"
import { Effect, Schema } from "effect"
import * as Child from "../test/measured/Child.ts"

export const Options = Schema.Struct({
  /** How long a task takes, and a token, in milliseconds. */
  runsFor: Schema.optionalKey(Schema.Int),
  tokenEvery: Schema.optionalKey(Schema.Int),
  /** How many bytes the images of those prompts have that ask for them. */
  imageBytes: Schema.optionalKey(Schema.Array(Schema.Int))
})

/** A prompt that asks for an image of so many bytes. */
export const ofBytes = (bytes: number) => `an image of ${bytes} bytes`

export const Said = Schema.Union([
  Schema.TaggedStruct("Listening", { url: Schema.String, apiKey: Schema.String }),
  Schema.TaggedStruct("Calls", { calls: Schema.Record(Schema.String, Schema.Int) })
])
export type Said = typeof Said.Type

/** The simulator in a process of its own. */
export const start = Effect.fnUntraced(function* (options: typeof Options.Type = {}) {
  const child = yield* Child.start(join(import.meta.dirname, "processes/simulator.ts"), Said, {
    args: [JSON.stringify(options)]
  })
  const first = yield* child.next
  if (first._tag !== "Listening") return yield* Effect.die(new Error("the simulator has not said where it listens"))
  const lookUps = Effect.map(child.ask("calls"), (said) => (said._tag === "Calls" ? (said.calls["look-up"] ?? 0) : 0))
  return {
    url: first.url,
    apiKey: first.apiKey,
    /** The look-ups that it has answered. */
    lookUps
  }
})
