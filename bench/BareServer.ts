import { join } from "node:path"
import { Effect, Schema } from "effect"
import * as Child from "../test/measured/Child.ts"

const Listening = Schema.Struct({ url: Schema.String })

/** One of the bare servers in a process of its own, and where it listens. */
export const start = Effect.fnUntraced(function* (
  entry: "bareServer.ts" | "bareHop.ts" | "bareUpstream.ts" | "layers.ts" | "plainRoute.ts",
  ...args: ReadonlyArray<string>
) {
  const child = yield* Child.start(join(import.meta.dirname, "processes", entry), Listening, { args })
  return { pid: child.pid, ...(yield* child.next) }
})
