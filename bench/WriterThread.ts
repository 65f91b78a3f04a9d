// The store in a thread of its own: takes orders as messages, and answers each once it is durable.
import { parentPort, workerData } from "node:worker_threads"
import type { SpendRequest } from "@scnmnt/core/Spend"
import { Effect, Schema } from "effect"
import * as SlowDisk from "./SlowDisk.ts"

const { path, millis } = Schema.decodeUnknownSync(Schema.Struct({ path: Schema.String, millis: Schema.Finite }))(
  workerData
)

await Effect.gen(function* () {
  const store = yield* SlowDisk.open(path, millis)
  parentPort?.on("message", ({ id, request }: { readonly id: number; readonly request: SpendRequest }) =>
    Effect.runFork(Effect.map(store.spend(request), ({ balance }) => parentPort?.postMessage({ id, balance }, [])))
  )
  parentPort?.postMessage("ready", [])
  return yield* Effect.never
}).pipe(Effect.scoped, Effect.runPromise)
