import type { Books } from "@scnmnt/core/Ledger"
import { DateTime, Schema } from "effect"
import { AccountRow, BacklogRow, columns, Counts, OpenCount, SpendRow } from "../Rows.ts"
import type { Database } from "./SqliteDriver.ts"

/** The books as the database has them, within whatever transaction it is in. */
export const make = (database: Database): Books => {
  const account = database.prepare("SELECT * FROM accounts WHERE fingerprint = :fingerprint")
  const putAccount = database.prepare(upsert("accounts", "fingerprint", columns.accounts))
  const spend = database.prepare("SELECT * FROM spends WHERE task_id = :id")
  const putSpend = database.prepare(upsert("spends", "task_id", columns.spends))
  const removeSpend = database.prepare("DELETE FROM spends WHERE task_id = :id")
  const openOf = database.prepare("SELECT count(*) AS open FROM spends WHERE account = :fingerprint AND state = 'Open'")
  const unattended = database.prepare(
    "SELECT * FROM spends WHERE state = 'Open' AND lease_until < :before ORDER BY lease_until LIMIT :limit"
  )
  const openSince = database.prepare("SELECT * FROM spends WHERE state = 'Open' AND created_at < :before")
  const backlog = database.prepare(
    "SELECT count(*) AS open, min(created_at) AS oldest FROM spends WHERE state = 'Open'"
  )
  const ended = database.prepare("SELECT * FROM spends WHERE state <> 'Open' AND updated_at < :before LIMIT :limit")
  const holdings = database.prepare(`
    SELECT *,
      (SELECT count(*) FROM spends WHERE account = fingerprint AND state = 'Open') AS open,
      (SELECT count(*) FROM spends WHERE account = fingerprint AND state = 'Settled') AS settled
    FROM accounts`)
  return {
    account: (fingerprint) => ifThere(account.get({ fingerprint }), decodeAccount),
    putAccount: (account) => putAccount.run(encodeAccount(account)),
    spend: (id) => ifThere(spend.get({ id }), decodeSpend),
    putSpend: (spend) => putSpend.run(encodeSpend(spend)),
    removeSpend: (id) => removeSpend.run({ id }),
    openOf: (fingerprint) => decodeOpen(openOf.get({ fingerprint })).open,
    unattended: (before, limit) => unattended.all({ before: millis(before), limit }).map((row) => decodeSpend(row)),
    openSince: (before) => openSince.all({ before: millis(before) }).map((row) => decodeSpend(row)),
    backlog: () => decodeBacklog(backlog.get({})),
    ended: (before, limit) => ended.all({ before: millis(before), limit }).map((row) => decodeSpend(row)),
    *holdings() {
      for (const row of holdings.iterate({})) yield { account: decodeAccount(row), ...decodeCounts(row) }
    }
  }
}

const decodeAccount = Schema.decodeUnknownSync(AccountRow)
const encodeAccount = Schema.encodeSync(AccountRow)
const SqliteSpend = SpendRow(Schema.DateTimeUtcFromMillis)
const decodeSpend = Schema.decodeUnknownSync(SqliteSpend)
const encodeSpend = Schema.encodeSync(SqliteSpend)
const decodeBacklog = Schema.decodeUnknownSync(BacklogRow(Schema.DateTimeUtcFromMillis))
const decodeCounts = Schema.decodeUnknownSync(Counts)
const decodeOpen = Schema.decodeUnknownSync(OpenCount)

const millis = DateTime.toEpochMillis

const ifThere = <A>(row: unknown, decode: (row: unknown) => A): A | undefined =>
  row === undefined || row === null ? undefined : decode(row)

const upsert = (table: string, key: string, columns: ReadonlyArray<string>) => {
  const values = columns.map((column) => `:${column}`)
  const changes = columns.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`)
  return `INSERT INTO ${table} (${columns}) VALUES (${values}) ON CONFLICT (${key}) DO UPDATE SET ${changes}`
}
