import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import * as Ledger from "@scnmnt/core/Ledger"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Context, Effect, Layer, Stream } from "effect"
import * as GroupCommit from "../packages/adapters-quota/src/sqlite/GroupCommit.ts"
import * as SqliteBooks from "../packages/adapters-quota/src/sqlite/SqliteBooks.ts"
import type { Database } from "../packages/adapters-quota/src/sqlite/SqliteDriver.ts"
import * as SqliteFile from "../packages/adapters-quota/src/sqlite/SqliteFile.ts"

/** One that does not run out of credits. */
export const account = Fingerprint.make("account-1")

/** A store in a file, with that account, whose disk takes so many milliseconds more for each commit. */
export const open = Effect.fnUntraced(function* (path: string, millis: number) {
  const store = Context.get(yield* Layer.build(layer(path, millis)), QuotaStore)
  yield* store.checkIn(account, { day: Day.make("2026-01-01"), grant: 100_000_000, cap: 100_000_000 })
  return store
})

const layer = (path: string, millis: number) =>
  Ledger.layer(
    Effect.gen(function* () {
      const database = slowed(yield* SqliteFile.open(path), millis)
      const books = SqliteBooks.make(database)
      return {
        transact: yield* GroupCommit.make(database, books),
        read: (look) => Effect.sync(() => look(books)),
        holdings: Stream.empty
      }
    })
  )

const slowed = (database: Database, millis: number): Database => ({
  exec: (sql) => database.exec(sql),
  close: () => database.close(),
  prepare: (sql) => {
    const statement = database.prepare(sql)
    if (millis === 0 || sql !== "COMMIT") return statement
    return {
      get: (...parameters) => statement.get(...parameters),
      all: (...parameters) => statement.all(...parameters),
      run: (...parameters) => {
        Atomics.wait(nothing, 0, 0, millis)
        return statement.run(...parameters)
      }
    }
  }
})

/** Nobody ever notifies it: waiting for it blocks the thread, as a disk does. */
const nothing = new Int32Array(new SharedArrayBuffer(4))
