import { assert, describe, it } from "@effect/vitest"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import { Context, DateTime, Effect, Layer } from "effect"
import { fund, request } from "./spending.ts"
import { onServer, optionsFor, run } from "./TemporaryDatabase.ts"

const emptyDatabase = onServer()

const open = (url: string) =>
  Effect.map(Layer.build(Layer.fresh(PostgresQuotaStore.layer(optionsFor(url)))), (context) =>
    Context.get(context, QuotaStore)
  )

const failureOf = (url: string) => Effect.map(Effect.flip(Effect.scoped(open(url))), ({ message }) => message)

const tables = (url: string) =>
  Effect.map(run(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"), (rows) =>
    rows.flatMap((row) => Object.values(row))
  )

describe("PostgresQuotaStore", () => {
  it.live("makes its tables, with nodes that start at the same time and one that comes later", () =>
    Effect.gen(function* () {
      const url = yield* emptyDatabase
      const nodes = yield* Effect.all(
        Array.from({ length: 5 }, () => open(url)),
        { concurrency: "unbounded" }
      )
      const balances = yield* Effect.forEach([...nodes, yield* open(url)], (node) =>
        node.status(Fingerprint.make("account-1"))
      )
      assert.deepStrictEqual([...new Set(balances.map(({ balance }) => balance))], [0])
      assert.deepStrictEqual(yield* tables(url), ["accounts", "scnmnt_migrations", "spends"])
    })
  )

  it.live("leaves a database as it is when a migration fails half-way", () =>
    Effect.gen(function* () {
      const url = yield* emptyDatabase
      // The second of the first migration's tables is in the way.
      yield* run(url, "CREATE TABLE spends (something text)")
      assert.match(yield* failureOf(url), /relation "spends" already exists/)
      assert.deepStrictEqual(yield* tables(url), ["scnmnt_migrations", "spends"])
      assert.deepStrictEqual(yield* run(url, "SELECT * FROM scnmnt_migrations"), [])
    })
  )

  it.live("names an account whose count of open spends is off", () =>
    Effect.gen(function* () {
      const url = yield* emptyDatabase
      const store = yield* open(url)
      yield* fund(store, 2)
      yield* store.spend(request(1))
      const audit = store.audit(DateTime.makeUnsafe(0))
      assert.deepStrictEqual((yield* audit).unbalanced, [])
      for (const count of [0, 2]) {
        yield* run(url, "UPDATE accounts SET in_flight = $1", [count])
        assert.deepStrictEqual(
          (yield* audit).unbalanced.map(({ counted, open }) => ({ counted, open })),
          [{ counted: count, open: 1 }]
        )
      }
    })
  )

  it.live("refuses tables of a newer version", () =>
    Effect.gen(function* () {
      const url = yield* emptyDatabase
      yield* Effect.scoped(open(url))
      yield* run(url, "INSERT INTO scnmnt_migrations VALUES (99, now(), 'from the future')")
      assert.match(yield* failureOf(url), /its tables have version 99, this program knows 1 at most: update it$/)
    })
  )

  it.live("says where it can't get in and why, and keeps the password to itself", () =>
    Effect.gen(function* () {
      const url = new URL(yield* emptyDatabase)
      url.password = "trout"
      const at = `Can't open the quota store postgres://${url.host}`
      url.pathname = "no-books"
      assert.strictEqual(yield* failureOf(url.href), `${at}/no-books: database "no-books" does not exist`)
      url.searchParams.set("sslmode", "verify-full")
      url.searchParams.set("sslrootcert", "/no/such/file.pem")
      assert.match(yield* failureOf(url.href), /no-books: ENOENT.*'\/no\/such\/file.pem'/)
    })
  )
})
