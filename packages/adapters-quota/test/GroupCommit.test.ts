import { assert, describe, it } from "@effect/vitest"
import * as GroupCommit from "../src/sqlite/GroupCommit.ts"
import * as SqliteBooks from "../src/sqlite/SqliteBooks.ts"
import * as SqliteFile from "../src/sqlite/SqliteFile.ts"
import * as Account from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { Books } from "@scnmnt/core/Ledger"
import type { Spend } from "@scnmnt/core/Spend"
import { DateTime, Effect, Exit, Fiber, Result, Scope } from "effect"
import { TestClock } from "effect/testing"
import { request } from "./spending.ts"
import { spyOn } from "./SpiedDatabase.ts"
import { connection, run, temporaryFile } from "./TemporaryFile.ts"

const open = Effect.gen(function* () {
  const path = yield* temporaryFile
  const database = yield* SqliteFile.open(path)
  const { spied, failing, count } = spyOn(database)
  const transact = yield* GroupCommit.make(spied, SqliteBooks.make(spied))
  /** The accounts that another connection sees. */
  const kept = Effect.map(run(path, "SELECT fingerprint FROM accounts ORDER BY fingerprint"), (rows) =>
    rows.map(({ fingerprint }) => fingerprint)
  )
  return { path, database, transact, failing, count, kept }
})

const fingerprints = (count: number) =>
  Array.from({ length: count }, (_, index) => Fingerprint.make(`account-${String(index).padStart(4, "0")}`))

/** Work that writes one account. */
const put = (fingerprint: string) => (books: Books) => {
  books.putAccount(Account.empty(Fingerprint.make(fingerprint)))
  return Result.succeed(fingerprint)
}

/** A spend whose account is not in the books. */
const orphanedSpend: Spend = {
  ...request(1),
  account: Fingerprint.make("account-nowhere"),
  state: { _tag: "Open" },
  opening: 1,
  lease: { holder: "somebody", until: DateTime.makeUnsafe(0) },
  createdAt: DateTime.makeUnsafe(0),
  updatedAt: DateTime.makeUnsafe(0)
}

const atOnce = { concurrency: "unbounded" } as const

describe("GroupCommit", () => {
  it.effect("what waits at the same time shares one commit", () =>
    Effect.gen(function* () {
      const { transact, count, kept } = yield* open
      const wanted = fingerprints(64)
      assert.deepStrictEqual(yield* Effect.forEach(wanted, (one) => transact(put(one)), atOnce), wanted)
      assert.deepStrictEqual(yield* kept, wanted)
      assert.isAtMost(count("COMMIT"), 2)
    })
  )

  it.effect("a crowd takes several groups, so that the thread is free in between", () =>
    Effect.gen(function* () {
      const { transact, count, kept } = yield* open
      const wanted = fingerprints(1000)
      yield* Effect.forEach(wanted, (one) => transact(put(one)), atOnce)
      assert.deepStrictEqual(yield* kept, wanted)
      assert.isAtLeast(count("COMMIT"), 4)
      assert.isAtMost(count("COMMIT"), 8)
    })
  )

  it.effect("an answer comes after the commit, and one alone waits for nobody", () =>
    Effect.gen(function* () {
      const { transact, count, kept } = yield* open
      for (const one of fingerprints(3)) {
        yield* transact(put(one))
        assert.include(yield* kept, one)
      }
      assert.strictEqual(count("COMMIT"), 3)
    })
  )

  it.effect("one that throws is undone and a defect, one that fails gets its failure, and the others are kept", () =>
    Effect.gen(function* () {
      const { transact, count, kept } = yield* open
      const thrown = new Error("thrown within the work")
      const thrower = transact((books) => {
        put("account-thrower")(books)
        throw thrown
      })
      const failer = transact(() => Result.fail("a failure of the domain"))
      const exits = yield* Effect.forEach(
        [transact(put("account-first")), thrower, failer, transact(put("account-last"))],
        (caller) => Effect.exit(caller),
        atOnce
      )
      const expected = [Exit.succeed("account-first"), Exit.die(thrown), Exit.fail("a failure of the domain")]
      assert.deepStrictEqual(exits, [...expected, Exit.succeed("account-last")])
      assert.deepStrictEqual(yield* kept, ["account-first", "account-last"])
      assert.strictEqual(count("COMMIT"), 1)
    })
  )

  it.effect("a row that the store can't read or may not write makes it unavailable to that caller alone", () =>
    Effect.gen(function* () {
      const { transact, path, kept } = yield* open
      yield* run(path, "INSERT INTO accounts VALUES ('account-odd', 1, 1, 0, 'some day')")
      const reader = transact((books) => Result.succeed(books.account(Fingerprint.make("account-odd"))))
      const orphan = transact((books) => {
        put("account-undone")(books)
        return Result.succeed(books.putSpend(orphanedSpend))
      })
      const [unread, unwritten] = yield* Effect.all(
        [Effect.flip(reader), Effect.flip(orphan), transact(put("account-other"))],
        atOnce
      )
      assert.strictEqual(unread._tag, "QuotaUnavailable")
      assert.match(String(unwritten.cause), /FOREIGN KEY constraint failed/)
      assert.deepStrictEqual(yield* kept, ["account-odd", "account-other"])
    })
  )

  it.effect("a commit that fails makes the store unavailable to the whole group and keeps nothing of it", () =>
    Effect.gen(function* () {
      const { transact, failing, kept } = yield* open
      const write = Effect.forEach(fingerprints(3), (one) => Effect.flip(transact(put(one))), atOnce)
      failing.add("COMMIT")
      for (const error of yield* write) {
        assert.strictEqual(error._tag, "QuotaUnavailable")
        assert.strictEqual(String(error.cause), "Error: COMMIT was made to fail")
      }
      failing.clear()
      assert.deepStrictEqual(yield* kept, [])
      yield* transact(put("account-later"))
      assert.deepStrictEqual(yield* kept, ["account-later"])
    })
  )

  it.effect("a full disk makes the store unavailable until there is room: what is answered is what is kept", () =>
    Effect.gen(function* () {
      const { transact, database, kept } = yield* open
      const wanted = fingerprints(1000)
      const write = Effect.partition(wanted, (one) => transact(put(one)), atOnce)
      database.exec("PRAGMA max_page_count = 12")
      const [successes, failures] = yield* write
      assert.isNotEmpty(failures)
      failures.forEach(({ cause }) => assert.match(String(cause), /database or disk is full/))
      assert.deepStrictEqual(yield* kept, successes)
      database.exec("PRAGMA max_page_count = 1000")
      yield* write
      assert.deepStrictEqual(yield* kept, wanted)
    })
  )

  it.effect("waits while another connection writes, and takes along what comes meanwhile", () =>
    Effect.gen(function* () {
      const { transact, path, count, kept } = yield* open
      const other = yield* connection(path)
      other.exec("BEGIN IMMEDIATE")
      const first = yield* Effect.forkChild(transact(put("account-first")))
      yield* TestClock.adjust("2 seconds")
      const second = yield* Effect.forkChild(transact(put("account-second")))
      yield* TestClock.adjust("2 seconds")
      assert.isUndefined(first.pollUnsafe())
      other.exec("COMMIT")
      yield* TestClock.adjust("10 millis")
      yield* Fiber.joinAll([first, second])
      assert.deepStrictEqual(yield* kept, ["account-first", "account-second"])
      assert.strictEqual(count("COMMIT"), 1)
    })
  )

  it.effect("gives up on a lock that lasts, tells everybody who waits, and works again after it", () =>
    Effect.gen(function* () {
      const { transact, path, kept } = yield* open
      const other = yield* connection(path)
      other.exec("BEGIN IMMEDIATE")
      const waiters = yield* Effect.forEach(fingerprints(300), (one) =>
        Effect.forkChild(Effect.flip(transact(put(one))))
      )
      yield* TestClock.adjust("6 seconds")
      const [error] = yield* Effect.forEach(waiters, Fiber.join)
      assert.match(String(error?.cause), /database is locked/)
      other.exec("COMMIT")
      yield* transact(put("account-later"))
      assert.deepStrictEqual(yield* kept, ["account-later"])
    })
  )

  it.effect("work whose caller is interrupted is done whole", () =>
    Effect.gen(function* () {
      const { transact, path, kept } = yield* open
      const other = yield* connection(path)
      other.exec("BEGIN IMMEDIATE")
      const caller = yield* Effect.forkChild(transact(put("account-interrupted")))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(caller)
      other.exec("COMMIT")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* kept, ["account-interrupted"])
    })
  )

  it.effect("answers everybody before it closes, and nobody waits on a closed one", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      const scope = yield* Scope.make()
      const database = yield* Scope.provide(SqliteFile.open(path), scope)
      const transact = yield* Scope.provide(GroupCommit.make(database, SqliteBooks.make(database)), scope)
      const callers = yield* Effect.forEach(fingerprints(600), (one) =>
        Effect.forkChild(transact(put(one)), { startImmediately: true })
      )
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* Effect.forEach(callers, Fiber.join), fingerprints(600))
      assert.strictEqual((yield* Effect.flip(transact(put("account-late"))))._tag, "QuotaUnavailable")
    })
  )
})
