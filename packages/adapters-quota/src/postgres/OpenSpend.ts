import * as CreditMetrics from "@scnmnt/core/CreditMetrics"
import * as Ledger from "@scnmnt/core/Ledger"
import { type IdempotencyKeyReused, type InsufficientCredits, TooManyTasks } from "@scnmnt/core/ports/QuotaStore"
import { type Lease, neverAccepted, type Receipt, type SpendRequest } from "@scnmnt/core/Spend"
import { DateTime, Effect, Option, Result, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import type { SqlError } from "effect/sql/SqlError"
import { decodeSpend } from "./SpendRows.ts"
import * as Trouble from "./Trouble.ts"

type Answer = Result.Result<Receipt, InsufficientCredits | TooManyTasks | IdempotencyKeyReused>

/** Takes one credit and opens the spend, or tells why not, in one statement. */
export const open = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  request: SpendRequest,
  maxOpen: number,
  lease: Lease,
  now: DateTime.Utc
): Effect.fn.Return<Answer, SqlError | Schema.SchemaError> {
  const [row] = yield* attempt(sql, request, Math.min(maxOpen, noLimit), lease, now)
  const { balance, in_flight, opened } = yield* decodeStanding(row)
  const spend = opened === null ? undefined : yield* decodeSpend(row)
  if (opened === true && spend !== undefined) {
    yield* CreditMetrics.opened(spend)
    return Result.succeed({ spend, balance, opened })
  }
  const known = Ledger.unopened(request, spend, balance)
  if (Option.isSome(known)) return known.value
  if (in_flight >= maxOpen) return Result.fail(new TooManyTasks({ limit: maxOpen }))
  // A statement sees what was there when it began. If that gives no reason, another was quicker: the next one sees it.
  return yield* open(sql, request, maxOpen, lease, now)
})

/** The largest that the database's integers go. */
const noLimit = 2 ** 31 - 1

const decodeStanding = Schema.decodeUnknownEffect(
  Schema.Struct({ balance: Schema.Int, in_flight: Schema.Int, opened: Schema.NullOr(Schema.Boolean) })
)

/**
 * The row and the debit are one statement, and so one transaction: `opened` waits for whoever else is at the row and
 * goes by what they left, `paid` takes the credit of what was opened, and the constraint on the balance undoes both if
 * another took the last credit meanwhile, or the last room: then `paid` asks for more than there is. Who changes both,
 * changes the spend before its account: nobody waits in a circle.
 */
const attempt = (sql: SqlClient.SqlClient, request: SpendRequest, maxOpen: number, lease: Lease, now: DateTime.Utc) =>
  sql`
    WITH payer AS (
      SELECT balance, in_flight FROM accounts WHERE fingerprint = ${request.account}
    ),
    before AS (
      SELECT * FROM spends WHERE task_id = ${request.taskId}::uuid
    ),
    opened AS (
      INSERT INTO spends AS spend (
        task_id, account, request_hash, mode, size, trace_parent,
        state, opening, lease_holder, lease_until, created_at, updated_at
      )
      SELECT
        ${request.taskId}::uuid, ${request.account}, ${request.requestHash}, ${request.mode}, ${request.size},
        ${request.traceParent ?? null},
        'Open', 1, ${lease.holder}, ${date(lease.until)}, ${date(now)}, ${date(now)}
      FROM payer
      WHERE balance > 0 AND in_flight < ${maxOpen}
      ON CONFLICT (task_id) DO UPDATE SET
        mode = excluded.mode,
        size = excluded.size,
        trace_parent = excluded.trace_parent,
        state = excluded.state,
        reason = NULL,
        opening = spend.opening + 1,
        lease_holder = excluded.lease_holder,
        lease_until = excluded.lease_until,
        created_at = excluded.created_at,
        updated_at = excluded.updated_at
      WHERE spend.account = excluded.account
        AND spend.request_hash = excluded.request_hash
        AND spend.reason = ANY(${neverAccepted})
      RETURNING *
    ),
    paid AS (
      UPDATE accounts SET
        balance = CASE WHEN in_flight < ${maxOpen} THEN balance - 1 ELSE -1 END,
        in_flight = in_flight + 1
      WHERE fingerprint = (SELECT account FROM opened)
      RETURNING balance
    ),
    spend AS (
      SELECT true AS opened, * FROM opened
      UNION ALL
      SELECT false AS opened, * FROM before WHERE NOT EXISTS (SELECT FROM opened)
    ),
    account AS (
      SELECT
        coalesce((SELECT balance FROM paid), (SELECT balance FROM payer), 0) AS balance,
        coalesce((SELECT in_flight FROM payer), 0) AS in_flight
    )
    SELECT * FROM account LEFT JOIN spend ON true`.pipe(
    Effect.retry({ while: Trouble.isBrokenBy("balance_not_negative") })
  )

const date = DateTime.toDateUtc
