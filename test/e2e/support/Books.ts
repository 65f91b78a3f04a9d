import { Effect } from "effect"
import { connection } from "../../../packages/adapters-quota/test/TemporaryFile.ts"
import { Service } from "./Service.ts"

/** A connection past the service, to look into its books or to tamper with them. */
export const past = Effect.flatMap(Service, ({ storePath }) => connection(storePath))

/** How the spend of a task stands: `Open`, `Settled`, or `Refunded` and why. */
export const spendOf = Effect.fnUntraced(function* (taskId: string) {
  const database = yield* past
  const row = database.prepare("SELECT state, reason FROM spends WHERE task_id = ?").get(taskId)
  return row === undefined ? undefined : [row["state"], row["reason"]].filter((word) => word !== null).join(" ")
}, Effect.scoped)
