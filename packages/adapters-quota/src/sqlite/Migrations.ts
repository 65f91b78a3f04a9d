import { Schema } from "effect"
import type { Database } from "./SqliteDriver.ts"

/** Brings the tables to what this version of the store knows, or throws and leaves them as they are. */
export const migrate = (database: Database): void => {
  // Within the transaction, since another process may be starting on the same file.
  database.exec("BEGIN IMMEDIATE")
  try {
    const { user_version: version } = decodeVersion(database.prepare("PRAGMA user_version").get())
    if (version > migrations.length) {
      throw new Error(`its tables have version ${version}, this program knows ${migrations.length} at most: update it`)
    }
    migrations.slice(version).forEach((sql) => database.exec(sql))
    database.exec(`PRAGMA user_version = ${migrations.length}`)
    database.exec("COMMIT")
  } catch (cause) {
    database.exec("ROLLBACK")
    throw cause
  }
}

const decodeVersion = Schema.decodeUnknownSync(Schema.Struct({ user_version: Schema.Int }))

/** Each brings the tables one version up; those that were released never change. Times are epoch milliseconds. */
const migrations: ReadonlyArray<string> = [
  `
  CREATE TABLE accounts (
    fingerprint TEXT PRIMARY KEY,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    granted INTEGER NOT NULL CHECK (granted >= 0),
    settled_before INTEGER NOT NULL CHECK (settled_before >= 0),
    last_check_in TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spends (
    task_id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (fingerprint),
    request_hash TEXT NOT NULL,
    mode TEXT NOT NULL,
    size TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('Open', 'Settled', 'Refunded')),
    reason TEXT CHECK ((reason IS NOT NULL) = (state = 'Refunded')),
    lease_holder TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX open_spends_by_lease ON spends (lease_until) WHERE state = 'Open';
  CREATE INDEX open_spends_by_age ON spends (created_at) WHERE state = 'Open';
  CREATE INDEX ended_spends_by_age ON spends (updated_at) WHERE state <> 'Open';
  CREATE INDEX spends_by_account ON spends (account, state);
  `,
  `ALTER TABLE spends ADD COLUMN opening INTEGER NOT NULL DEFAULT 1 CHECK (opening > 0)`,
  "ALTER TABLE spends ADD COLUMN trace_parent TEXT",
  // Rows in the order in which they come: those of one commit share pages, where ids, which are random, would spread them
  // over the table. And only those indexes that a question by the minute needs, each over the few spends that it is about.
  `
  CREATE TABLE spends_as_they_come (
    task_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (fingerprint),
    request_hash TEXT NOT NULL,
    mode TEXT NOT NULL,
    size TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('Open', 'Settled', 'Refunded')),
    reason TEXT CHECK ((reason IS NOT NULL) = (state = 'Refunded')),
    lease_holder TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    opening INTEGER NOT NULL CHECK (opening > 0),
    trace_parent TEXT
  ) STRICT;

  INSERT INTO spends_as_they_come
  SELECT
    task_id, account, request_hash, mode, size, state, reason,
    lease_holder, lease_until, created_at, updated_at, opening, trace_parent
  FROM spends ORDER BY created_at;
  DROP TABLE spends;
  ALTER TABLE spends_as_they_come RENAME TO spends;

  CREATE INDEX open_spends_by_lease ON spends (lease_until, created_at) WHERE state = 'Open';
  CREATE INDEX open_spends_by_account ON spends (account) WHERE state = 'Open';
  CREATE INDEX ended_spends_by_age ON spends (updated_at) WHERE state <> 'Open';
  `
]
