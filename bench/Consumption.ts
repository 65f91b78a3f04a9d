import { statSync } from "node:fs"
import { Effect, Schedule, Schema } from "effect"
import { run as onPostgres } from "../packages/adapters-quota/test/TemporaryDatabase.ts"
import { connection } from "../packages/adapters-quota/test/TemporaryFile.ts"

/** What a store has written since it was made; what it does not tell is missing. */
export type Consumption = Readonly<Partial<Record<"statements" | "rows written" | "log bytes" | "table bytes", number>>>

/**
 * PostgreSQL's own counters, as they stand once the nodes have gone: a connection tells the last of what it did when it
 * closes. Every statement of the store is a transaction.
 */
export const ofPostgres = (url: string) =>
  Effect.gen(function* () {
    yield* onPostgres(url, "SELECT FROM pg_stat_activity WHERE application_name = 'scnmnt'").pipe(
      Effect.repeat({ until: (nodes) => nodes.length === 0, schedule: Schedule.spaced("200 millis") })
    )
    const [row] = yield* onPostgres(
      url,
      `SELECT
        (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS "statements",
        (SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables)::float8 AS "rows written",
        (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS "log bytes",
        (SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_stat_user_tables)::float8 AS "table bytes"`
    )
    return yield* decode(row)
  })

const Figures = { statements: Schema.Finite, "rows written": Schema.Finite }
const Bytes = { "log bytes": Schema.Finite, "table bytes": Schema.Finite }
const decode = Schema.decodeUnknownEffect(Schema.Struct({ ...Figures, ...Bytes }))

/** SQLite's files. As long as the scope lives, a reader keeps the log from being begun anew. */
export const ofSqlite = Effect.fnUntraced(function* (path: string) {
  const database = yield* connection(path)
  database.exec("BEGIN")
  database.prepare("SELECT count(*) FROM accounts").get()
  return Effect.sync((): Consumption => ({ "log bytes": statSync(`${path}-wal`).size }))
})

/** From one reading to a later one. */
export const between = (before: Consumption, after: Consumption): Consumption => ({
  ...difference(before, after, "statements"),
  ...difference(before, after, "rows written"),
  ...difference(before, after, "log bytes"),
  ...difference(before, after, "table bytes")
})

const difference = (before: Consumption, after: Consumption, name: keyof Consumption): Consumption => {
  const [from, to] = [before[name], after[name]]
  return from === undefined || to === undefined ? {} : { [name]: to - from }
}
