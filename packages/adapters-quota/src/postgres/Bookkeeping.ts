import * as Audit from "@scnmnt/core/Audit"
import { TaskId } from "@scnmnt/core/TaskId"
import { DateTime, Effect, Schema, Stream } from "effect"
import type { SqlClient } from "effect/sql"
import { AccountRow, BacklogRow, Counts } from "../Rows.ts"

/** Holds every account against the books' rule, as one statement sees them all; one after the other, not all in memory. */
export const audit = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, openSince: DateTime.Utc) {
  const overdue = yield* sql`
    SELECT task_id FROM spends WHERE state = 'Open' AND created_at < ${DateTime.toDateUtc(openSince)}`.pipe(
    Effect.flatMap(decodeIds)
  )
  const accounts = sql`
    SELECT accounts.*, coalesce(counts.open, 0) AS open, coalesce(counts.settled, 0) AS settled
    FROM accounts LEFT JOIN (
      SELECT
        account,
        count(*) FILTER (WHERE state = 'Open')::integer AS open,
        count(*) FILTER (WHERE state = 'Settled')::integer AS settled
      FROM spends
      GROUP BY account
    ) AS counts ON counts.account = accounts.fingerprint`
  return yield* accounts.stream.pipe(
    Stream.mapEffect((row) => Effect.all({ account: decodeAccount(row), counts: decodeCounts(row) })),
    Stream.runFold(
      (): Audit.Audit => ({ ...Audit.empty, overdue: overdue.map(({ task_id }) => task_id) }),
      (audit, { account, counts: { in_flight, ...counts } }) =>
        Audit.add(audit, { account, ...counts, counted: in_flight })
    )
  )
})

/** What is open now. */
export const backlog = (sql: SqlClient.SqlClient) =>
  sql`SELECT count(*)::integer AS open, min(created_at) AS oldest FROM spends WHERE state = 'Open'`.pipe(
    Effect.flatMap(decodeBacklog),
    Effect.map(([row]) => row)
  )

/**
 * Counts the oldest of the ended spends into their accounts and forgets them. They are locked in the order of their age:
 * of two nodes at the same time the second one finds gone what the first has taken.
 */
export const fold = (sql: SqlClient.SqlClient, endedBefore: DateTime.Utc, limit: number) =>
  sql`
    WITH old AS (
      SELECT task_id FROM spends
      WHERE state <> 'Open' AND updated_at < ${DateTime.toDateUtc(endedBefore)}
      ORDER BY updated_at, task_id
      LIMIT ${limit}
      FOR UPDATE
    ),
    folded AS (
      DELETE FROM spends USING old WHERE spends.task_id = old.task_id RETURNING account, state
    ),
    counted AS (
      UPDATE accounts SET settled_before = settled_before + settled.count
      FROM (SELECT account, count(*)::integer FROM folded WHERE state = 'Settled' GROUP BY account) AS settled
      WHERE fingerprint = settled.account
    )
    SELECT count(*)::integer AS folded FROM folded`.pipe(
    Effect.flatMap(decodeFolded),
    Effect.map(([row]) => row.folded)
  )

const decodeAccount = Schema.decodeUnknownEffect(AccountRow)
const decodeCounts = Schema.decodeUnknownEffect(Schema.Struct({ ...Counts.fields, in_flight: Schema.Int }))
const decodeBacklog = Schema.decodeUnknownEffect(Schema.Tuple([BacklogRow(Schema.DateTimeUtcFromDate)]))
const decodeIds = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ task_id: TaskId })))
const decodeFolded = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ folded: Schema.Int })]))
