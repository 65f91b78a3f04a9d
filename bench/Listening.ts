import type { Server } from "node:http"
import { Effect, Schema } from "effect"
import { join } from "node:path"
import * as Child from "../test/measured/Child.ts"

export const Listening = Schema.Struct({ url: Schema.String })

/** A server of the bench in a process of its own, and where it listens. */
export const start = Effect.fnUntraced(function* (entry: string, ...args: ReadonlyArray<string>) {
  const child = yield* Child.start(join(import.meta.dirname, "processes", entry), Listening, { args })
  return (yield* child.next).url
})

/** Has a bare server listen, and its parent know where. */
export const tell = (server: Server) =>
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    if (typeof address === "object") process.send?.({ url: `http://127.0.0.1:${address?.port}` })
  })
