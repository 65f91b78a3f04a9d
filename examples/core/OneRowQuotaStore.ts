import { Account } from "@scnmnt/core/Account"
import * as Ledger from "@scnmnt/core/Ledger"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Spend } from "@scnmnt/core/Spend"
import { Effect, type Result, Schema, Stream } from "effect"
import { DatabaseSync } from "node:sqlite"

/**
 * The books in one row of a database, such as the one that the app has anyway. Every transaction reads and writes the
 * whole of them, which is fine for some hundred accounts; for more, `Ledger.Books` can be queries.
 */
export const layer = (path: string) => Ledger.layer(Effect.map(open(path), bookkeeper))

const open = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(path)),
    (database) => Effect.sync(() => database.close())
  )

const bookkeeper = (database: DatabaseSync): Ledger.Bookkeeper => {
  database.exec("CREATE TABLE IF NOT EXISTS credits (id INTEGER PRIMARY KEY, books TEXT NOT NULL)")
  const read = database.prepare("SELECT books FROM credits")
  const write = database.prepare("INSERT OR REPLACE INTO credits VALUES (1, ?)")

  const memory = () => ofRow(read.get()?.["books"])
  const commit = <A, E>(work: (books: Ledger.Books) => Result.Result<A, E>) => {
    database.exec("BEGIN IMMEDIATE")
    try {
      const kept = memory()
      const result = work(MemoryQuotaStore.booksOf(kept))
      write.run(toRow(kept))
      database.exec("COMMIT")
      return result
    } catch (cause) {
      database.exec("ROLLBACK")
      throw cause
    }
  }

  return {
    transact: (work) => attempt(() => commit(work)).pipe(Effect.flatMap(Effect.fromResult)),
    read: (look) => attempt(() => look(MemoryQuotaStore.booksOf(memory()))),
    holdings: Stream.fromIterableEffect(attempt(() => MemoryQuotaStore.holdingsOf(memory())))
  }
}

const attempt = <A>(step: () => A) => Effect.try({ try: step, catch: unavailable })

/** What is not the database's failure is a mistake in the program. */
const unavailable = (cause: unknown) => {
  if (!isOfSqlite(cause)) throw cause
  return new QuotaUnavailable({ cause })
}
const isOfSqlite = Schema.is(Schema.Struct({ code: Schema.Literal("ERR_SQLITE_ERROR") }))

const Row = Schema.fromJsonString(
  Schema.toCodecJson(Schema.Struct({ accounts: Schema.Array(Account), spends: Schema.Array(Spend) }))
)

const ofRow = (row: unknown): MemoryQuotaStore.Memory => {
  if (row === undefined) return MemoryQuotaStore.empty()
  const { accounts, spends } = Schema.decodeUnknownSync(Row)(row)
  return {
    accounts: new Map(accounts.map((account) => [account.fingerprint, account])),
    spends: new Map(spends.map((spend) => [spend.taskId, spend]))
  }
}

const toRow = ({ accounts, spends }: MemoryQuotaStore.Memory): string =>
  Schema.encodeSync(Row)({ accounts: [...accounts.values()], spends: [...spends.values()] })
