import type { Account } from "@scnmnt/core/Account"
import type { Books } from "@scnmnt/core/Ledger"
import type { Spend } from "@scnmnt/core/Spend"
import { DateTime, Schema } from "effect"
import { AccountRow, BacklogRow, OpenCount, SpendRow } from "../Rows.ts"
import type { Database } from "./SqliteDriver.ts"
import * as Upsert from "./Upsert.ts"

/** The books as the database has them, within whatever transaction it is in. */
export const make = (database: Database): Books => {
  const account = database.prepare("SELECT * FROM accounts WHERE fingerprint = ?")
  const spend = database.prepare("SELECT * FROM spends WHERE task_id = ?")
  const removeSpend = database.prepare("DELETE FROM spends WHERE task_id = ?")
  const openOf = database.prepare("SELECT count(*) AS open FROM spends WHERE account = ? AND state = 'Open'")
  const unattended = database.prepare(
    "SELECT * FROM spends WHERE state = 'Open' AND lease_until < ? ORDER BY lease_until LIMIT ?"
  )
  const openSince = database.prepare("SELECT * FROM spends WHERE state = 'Open' AND created_at < ?")
  const backlog = database.prepare(
    "SELECT count(*) AS open, min(created_at) AS oldest FROM spends WHERE state = 'Open'"
  )
  const ended = database.prepare("SELECT * FROM spends WHERE state <> 'Open' AND updated_at < ? LIMIT ?")
  return {
    account: (fingerprint) => ifThere(account.get(fingerprint), decodeAccount),
    putAccount: Upsert.prepare(database, "accounts", "fingerprint", accountColumns),
    spend: (id) => ifThere(spend.get(id), decodeSpend),
    putSpend: Upsert.prepare(database, "spends", "task_id", spendColumns),
    removeSpend: (id) => removeSpend.run(id),
    openOf: (fingerprint) => decodeOpen(openOf.get(fingerprint)).open,
    unattended: (before, limit) => unattended.all(millis(before), limit).map((row) => decodeSpend(row)),
    openSince: (before) => openSince.all(millis(before)).map((row) => decodeSpend(row)),
    backlog: () => decodeBacklog(backlog.get()),
    ended: (before, limit) => ended.all(millis(before), limit).map((row) => decodeSpend(row))
  }
}

const decodeAccount = Schema.decodeUnknownSync(AccountRow)
const decodeSpend = Schema.decodeUnknownSync(SpendRow(Schema.DateTimeUtcFromMillis))
const decodeBacklog = Schema.decodeUnknownSync(BacklogRow(Schema.DateTimeUtcFromMillis))
const decodeOpen = Schema.decodeUnknownSync(OpenCount)

/** A clock may count parts of a millisecond, as Effect's test clock does; the columns take whole ones. */
const millis = (time: DateTime.Utc) => Math.floor(DateTime.toEpochMillis(time))

const accountColumns: Upsert.Columns<Account> = {
  fingerprint: ({ fingerprint }) => fingerprint,
  balance: ({ balance }) => balance,
  granted: ({ granted }) => granted,
  settled_before: ({ settledBefore }) => settledBefore,
  last_check_in: ({ lastCheckIn }) => lastCheckIn ?? null
}

const spendColumns: Upsert.Columns<Spend> = {
  task_id: ({ taskId }) => taskId,
  account: ({ account }) => account,
  request_hash: ({ requestHash }) => requestHash,
  mode: ({ mode }) => mode,
  size: ({ size }) => size,
  trace_parent: ({ traceParent }) => traceParent ?? null,
  state: ({ state }) => state._tag,
  reason: ({ state }) => (state._tag === "Refunded" ? state.reason : null),
  opening: ({ opening }) => opening,
  lease_holder: ({ lease }) => lease.holder,
  lease_until: ({ lease }) => millis(lease.until),
  created_at: ({ createdAt }) => millis(createdAt),
  updated_at: ({ updatedAt }) => millis(updatedAt)
}

const ifThere = <A>(row: unknown, decode: (row: unknown) => A): A | undefined =>
  row === undefined || row === null ? undefined : decode(row)
