import { join } from "node:path"
import { Effect } from "effect"
import * as Child from "../test/measured/Child.ts"
import { type Load, Said, type Sample } from "./Load.ts"

/** The load generator in a process of its own. */
export const start = Effect.gen(function* () {
  const child = yield* Child.start(join(import.meta.dirname, "processes/load.ts"), Said)
  yield* child.next
  /** Applies this load, and tells what came of it. */
  return (load: Load): Effect.Effect<Sample> =>
    Effect.flatMap(child.ask(load), (said) =>
      said._tag === "Taken"
        ? Effect.succeed(said.sample)
        : Effect.die(new Error(said._tag === "Failed" ? said.reason : "the load generator has started twice"))
    )
})
