import type { TaskId } from "@scnmnt/core/TaskId"
import { Effect, Option, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import { SpendRow } from "../Rows.ts"

const PostgresSpend = SpendRow(Schema.DateTimeUtcFromDate)

export const decodeSpend = Schema.decodeUnknownEffect(PostgresSpend)
export const decodeSpends = Schema.decodeUnknownEffect(Schema.Array(PostgresSpend))

/** The spend as it stands. */
export const find = (sql: SqlClient.SqlClient, id: TaskId) =>
  sql`SELECT * FROM spends WHERE task_id = ${id}::uuid`.pipe(
    Effect.flatMap(decodeSpends),
    Effect.map(([spend]) => Option.fromUndefinedOr(spend))
  )

/** As many of these as there are. */
export const findAll = (sql: SqlClient.SqlClient, ids: ReadonlyArray<TaskId>) =>
  sql`SELECT * FROM spends WHERE task_id = ANY(${ids}::uuid[])`.pipe(Effect.flatMap(decodeSpends))
