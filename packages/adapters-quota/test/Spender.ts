// A process of its own that spends on a file: `Spender.ts <path> <name> <count>`. Each line is an answer that it got.
import { writeSync } from "node:fs"
import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { TaskId } from "@scnmnt/core/TaskId"
import { Effect } from "effect"
import { request } from "./spending.ts"

const [, , path = "", name = "", count = "0"] = process.argv

/** Spends once and ends it one of three ways. */
const spend = Effect.fnUntraced(function* (number: number) {
  const store = yield* QuotaStore
  const taskId = TaskId.make(`${name}-0000-4000-8000-${String(number).padStart(12, "0")}`)
  const { spend } = yield* store.spend({ ...request(number), taskId })
  say(taskId, "Open")
  if (number % 3 === 0) return
  const { state } = yield* number % 3 === 1 ? store.settle(spend) : store.refund(spend, "failed")
  say(taskId, state._tag)
})

/** Synchronous, so that a line is out before anything else happens. */
const say = (taskId: TaskId, state: string) => writeSync(1, `${taskId} ${state}\n`)

await Effect.forEach(
  Array.from({ length: Number(count) }, (_, index) => index),
  (number) => Effect.catchTag(spend(number), "InsufficientCredits", () => Effect.void),
  { concurrency: 8 }
).pipe(Effect.provide(SqliteQuotaStore.layer({ path })), Effect.runPromise)
