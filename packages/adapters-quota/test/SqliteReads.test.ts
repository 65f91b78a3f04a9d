import { assert, describe, it } from "@effect/vitest"
import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Context, DateTime, Effect, Fiber, Layer, Option, Schema } from "effect"
import * as SqliteBooks from "../src/sqlite/SqliteBooks.ts"
import type { Database } from "../src/sqlite/SqliteDriver.ts"
import * as SqliteFile from "../src/sqlite/SqliteFile.ts"
import { account, fund, request } from "./spending.ts"
import { connection, temporaryFile } from "./TemporaryFile.ts"

/** A store with ten credits, one of them spent, in a file that others open too. */
const open = Effect.gen(function* () {
  const path = yield* temporaryFile
  const store = Context.get(yield* Layer.build(SqliteQuotaStore.layer({ path })), QuotaStore)
  yield* fund(store, 10)
  yield* store.spend(request(1))
  return { store, path, audit: store.audit(DateTime.makeUnsafe(0)) }
})

const decodeStep = Schema.decodeUnknownSync(Schema.Struct({ detail: Schema.String }))

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

  it.effect("finds the store unavailable once it is closed", () =>
    Effect.gen(function* () {
      const { store } = yield* Effect.scoped(open)
      assert.strictEqual((yield* Effect.flip(store.find(request(1).taskId)))._tag, "QuotaUnavailable")
    })
  )

  it.effect("for an audit keeps nobody from writing, and is of one moment", () =>
    Effect.gen(function* () {
      const { path, audit } = yield* open
      const other = yield* connection(path)
      other.exec(`
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 12000)
        INSERT INTO spends
        SELECT 'old-' || n, account, 'hash', 'text', '1:1', 'Settled', NULL, 'me', n, n, n, 1, NULL FROM number, spends;
        UPDATE accounts SET granted = granted + 12000`)
      const auditing = yield* Effect.forkChild(audit, { startImmediately: true })
      // It has counted some of the spends, and has yet to look at the others and at the accounts.
      other.exec("DELETE FROM spends WHERE task_id LIKE 'old-%'; UPDATE accounts SET balance = 5")
      const { balance, settled, unbalanced } = yield* Fiber.join(auditing)
      assert.deepStrictEqual([balance, settled, unbalanced], [9, 12_000, []])
      assert.strictEqual((yield* audit).unbalanced.length, 1)
    })
  )

  it.effect("finds what it asks for by an index: of the row, of what is open, or of what has ended", () =>
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
      const steps = statements.flatMap((sql) =>
        database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(sql.match(/\?/g) ?? []).map(() => null))
      )
      assert.deepStrictEqual(
        steps.map((step) => decodeStep(step).detail),
        [
          "SEARCH accounts USING PRIMARY KEY (fingerprint=?)",
          "SEARCH spends USING INDEX sqlite_autoindex_spends_1 (task_id=?)",
          "SEARCH spends USING INDEX sqlite_autoindex_spends_1 (task_id=?)",
          "SEARCH spends USING COVERING INDEX open_spends_by_account (account=?)",
          "SEARCH spends USING INDEX open_spends_by_lease (lease_until<?)",
          "SCAN spends USING INDEX open_spends_by_account",
          "SCAN spends USING COVERING INDEX open_spends_by_lease",
          "SEARCH spends USING INDEX ended_spends_by_age (updated_at<?)"
        ]
      )
    })
  )
})
