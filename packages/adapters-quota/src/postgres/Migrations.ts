import { Effect, Schema } from "effect"
import { Migrator, SqlClient } from "effect/sql"

/** Brings the tables to what this version of the store knows. Nodes that start at the same time wait for each other. */
export const migrate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations(sql)), table })
  const [last] = yield* sql<{ readonly version: number }>`SELECT max(migration_id) AS version FROM ${sql(table)}`
  const known = Object.keys(migrations(sql)).length
  if (last !== undefined && last.version > known) {
    return yield* new TablesNewer({ version: last.version, known })
  }
})

/** Another program of this kind was here, and knew more. */
class TablesNewer extends Schema.TaggedError<TablesNewer>()("TablesNewer", {
  version: Schema.Int,
  known: Schema.Int
}) {
  override get message(): string {
    return `its tables have version ${this.version}, this program knows ${this.known} at most: update it`
  }
}

const table = "scnmnt_migrations"

/**
 * Each brings the tables one version up; those that were released never change, and leave the tables such that the
 * version before can go on: its nodes run until the last of them is replaced.
 */
const migrations = (sql: SqlClient.SqlClient) => ({
  "1_accounts_and_spends": Effect.all(
    [
      sql`
        CREATE TABLE accounts (
          fingerprint text PRIMARY KEY,
          balance integer NOT NULL CONSTRAINT balance_not_negative CHECK (balance >= 0),
          in_flight integer NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
          granted integer NOT NULL CHECK (granted >= 0),
          settled_before integer NOT NULL CHECK (settled_before >= 0),
          last_check_in date
        )`,
      sql`
        CREATE TABLE spends (
          task_id uuid PRIMARY KEY,
          account text NOT NULL REFERENCES accounts (fingerprint),
          request_hash text NOT NULL,
          mode text NOT NULL,
          size text NOT NULL,
          trace_parent text,
          state text NOT NULL CHECK (state IN ('Open', 'Settled', 'Refunded')),
          reason text CHECK ((reason IS NOT NULL) = (state = 'Refunded')),
          opening integer NOT NULL CHECK (opening > 0),
          lease_holder text NOT NULL,
          lease_until timestamptz NOT NULL,
          created_at timestamptz NOT NULL,
          updated_at timestamptz NOT NULL
        )`,
      // What is open is little, whatever has gone through the table: the audit's question by age reads this one too.
      sql`CREATE INDEX open_spends_by_lease ON spends (lease_until) WHERE state = 'Open'`,
      sql`CREATE INDEX ended_spends_by_age ON spends (updated_at) WHERE state <> 'Open'`
    ],
    { discard: true }
  )
})
