import { assert, describe, it } from "@effect/vitest"
import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import type { SpendRequest } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"
import { Context, DateTime, Effect, Fiber, Layer, Option } from "effect"
import * as SqliteBooks from "../src/sqlite/SqliteBooks.ts"
import type { Database } from "../src/sqlite/SqliteDriver.ts"
import * as SqliteFile from "../src/sqlite/SqliteFile.ts"
import { connection, temporaryFile } from "./TemporaryFile.ts"

const account = Fingerprint.make("account-1")
const request = (number: number): SpendRequest => ({
  taskId: TaskId.make(`00000000-0000-4000-8000-00000000000${number}`),
  account,
  requestHash: "hash",
  mode: "text",
  size: "1:1"
})

/** A store with ten credits, one of them spent, in a file that others open too. */
const open = Effect.gen(function* () {
  const path = yield* temporaryFile
  const store = Context.get(yield* Layer.build(SqliteQuotaStore.layer({ path })), QuotaStore)
  yield* store.checkIn(account, { day: Day.make("2026-11-23"), grant: 10, cap: 100 })
  yield* store.spend(request(1))
  return { store, path, audit: store.audit(DateTime.makeUnsafe(0)) }
})

describe("what only looks at an SQLite file", () => {
  it.effect("waits for nobody who writes, and sees what was committed before", () =>
    Effect.gen(function* () {
      const { store, path, audit } = yield* open
      const other = yield* connection(path)
      other.exec("BEGIN IMMEDIATE")
      other.exec("UPDATE accounts SET balance = 5")
      // The test's clock stands still: whoever waited for the other one would wait for ever.
      assert.strictEqual((yield* store.status(account)).balance, 9)
      assert.isTrue(Option.isSome(yield* store.find(request(1).taskId)))
      assert.strictEqual((yield* store.backlog).open, 1)
      assert.deepStrictEqual((yield* audit).unbalanced, [])
      other.exec("ROLLBACK")
    })
  )

  it.effect("sees every write that was answered, at once", () =>
    Effect.gen(function* () {
      const { store } = yield* open
      for (const number of [2, 3, 4, 5]) {
        const { balance, spend } = yield* store.spend(request(number))
        assert.strictEqual((yield* store.status(account)).balance, balance)
        assert.deepStrictEqual(yield* store.find(spend.taskId), Option.some(spend))
      }
    })
  )

  it.effect("an audit keeps nobody from writing, and is of one moment", () =>
    Effect.gen(function* () {
      const { store, audit } = yield* open
      const auditing = yield* Effect.forkChild(audit, { startImmediately: true })
      const { balance } = yield* store.spend(request(2))
      assert.strictEqual(balance, 8)
      assert.isUndefined(auditing.pollUnsafe(), "it was still counting")
      const { open: counted, unbalanced } = yield* Fiber.join(auditing)
      assert.deepStrictEqual([counted, unbalanced], [1, []])
    })
  )

  it.effect("and whatever is asked of the books while they run, reads no more than it is about", () =>
    Effect.gen(function* () {
      const database = yield* SqliteFile.open(yield* temporaryFile)
      const statements: Array<string> = []
      const noting: Database = {
        exec: (sql) => database.exec(sql),
        close: () => database.close(),
        prepare: (sql) => {
          statements.push(sql)
          return database.prepare(sql)
        }
      }
      SqliteBooks.make(noting)
      const plans = statements.flatMap((sql) =>
        database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...(sql.match(/\?/g) ?? []).map(() => null))
          .map((step) => JSON.stringify(step))
      )
      assert.isAbove(plans.length, 5)
      plans.forEach((plan) => assert.match(plan, /SEARCH |USING (COVERING )?INDEX open_spends/, plan))
    })
  )
})
