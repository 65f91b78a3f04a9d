import type { Lease } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"
import { DateTime, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { decodeSpends } from "./SpendRows.ts"

/**
 * Takes over open spends that nobody follows. Rows that another node is just taking are skipped, not waited for, so that
 * nodes that ask at the same time share what there is.
 */
export const due = (sql: SqlClient.SqlClient, limit: number, lease: Lease, now: DateTime.Utc) =>
  sql`
    WITH unattended AS (
      SELECT task_id, lease_until FROM spends
      WHERE state = 'Open' AND lease_until < ${DateTime.toDateUtc(now)}
      ORDER BY lease_until
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ),
    taken AS (
      UPDATE spends SET lease_holder = ${lease.holder}, lease_until = ${DateTime.toDateUtc(lease.until)}
      FROM unattended
      WHERE spends.task_id = unattended.task_id
      RETURNING spends.*, unattended.lease_until AS unattended_since
    )
    SELECT * FROM taken ORDER BY unattended_since`.pipe(Effect.flatMap(decodeSpends))

/** Prolongs the leases of those that are still open and still this holder's. */
export const renew = (sql: SqlClient.SqlClient, ids: ReadonlyArray<TaskId>, lease: Lease) =>
  sql`
    UPDATE spends SET lease_until = ${DateTime.toDateUtc(lease.until)}
    WHERE task_id = ANY(${ids}::uuid[]) AND state = 'Open' AND lease_holder = ${lease.holder}
    RETURNING *`.pipe(Effect.flatMap(decodeSpends))
