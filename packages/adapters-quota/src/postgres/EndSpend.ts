import * as CreditMetrics from "@scnmnt/core/CreditMetrics"
import type { Opening, SpendState } from "@scnmnt/core/Spend"
import { DateTime, Effect, Option } from "effect"
import type { SqlClient } from "effect/sql"
import { decodeSpends, find } from "./SpendRows.ts"

/**
 * Ends an opening of a spend, if it is the present one and open, and gives its credit back with a refund. The update
 * waits for whoever else is at the row and goes by what they left: of many at the same time one ends it, and the others
 * write nothing and look how.
 */
export const end = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { taskId, opening }: Opening,
  state: SpendState,
  now: DateTime.Utc
) {
  const reason = state._tag === "Refunded" ? state.reason : null
  const [ended] = yield* sql`
    WITH ended AS (
      UPDATE spends SET state = ${state._tag}, reason = ${reason}, updated_at = ${DateTime.toDateUtc(now)}
      WHERE task_id = ${taskId}::uuid AND opening = ${opening} AND state = 'Open'
      RETURNING *
    ),
    booked AS (
      UPDATE accounts SET
        balance = balance + CASE ended.state WHEN 'Refunded' THEN 1 ELSE 0 END,
        in_flight = in_flight - 1
      FROM ended
      WHERE fingerprint = ended.account
    )
    SELECT * FROM ended`.pipe(Effect.flatMap(decodeSpends))
  if (ended !== undefined) {
    yield* CreditMetrics.ended(ended)
    return ended
  }
  const found = yield* find(sql, taskId)
  return Option.isSome(found) ? found.value : yield* Effect.die(new Error(`no spend ${taskId} to end`))
})
