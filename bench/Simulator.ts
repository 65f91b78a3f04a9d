import { join } from "node:path"
import { Effect, Schema } from "effect"
import * as Child from "../test/measured/Child.ts"

/** How long tasks take, and tokens, in milliseconds. */
export const Options = Schema.Struct({
  runsFor: Schema.optionalKey(Schema.Int),
  tokenEvery: Schema.optionalKey(Schema.Int)
})

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
