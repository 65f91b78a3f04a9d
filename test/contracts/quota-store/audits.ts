import { assert } from "@effect/vitest"
import * as Audit from "@scnmnt/core/Audit"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import {
  account,
  firstOf,
  fund,
  longAgo,
  otherAccount,
  request,
  taskId,
  type ContractTest,
  type Store
} from "./TestBooks.ts"

/** One spend of each state on the first account, an open one on the second. */
const someSpends = (store: Store) =>
  Effect.gen(function* () {
    yield* fund(store, 10)
    yield* fund(store, 5, otherAccount)
    yield* Effect.forEach([1, 2, 3], (number) => store.spend(request(number)))
    yield* store.spend(request(4, { account: otherAccount }))
    yield* store.settle(firstOf(1))
    yield* store.refund(firstOf(2), "failed")
  })

const added = { accounts: 2, granted: 15, balance: 12, open: 2, settled: 1 }

export const audits = (test: ContractTest) => {
  test("empty books are clean", (store) =>
    Effect.gen(function* () {
      const nothing = { accounts: 0, granted: 0, balance: 0, open: 0, settled: 0, unbalanced: [], overdue: [] }
      assert.deepStrictEqual(yield* store.audit(yield* DateTime.now), nothing)
    }))

  test("adds up all accounts", (store) =>
    Effect.gen(function* () {
      yield* someSpends(store)
      const audit = yield* store.audit(longAgo)
      assert.deepStrictEqual(audit, { ...added, unbalanced: [], overdue: [] })
      assert.isTrue(Audit.isClean(audit))
    }))

  test("names the accounts that do not balance, with too much as with too little", (store, books) =>
    Effect.gen(function* () {
      yield* someSpends(store)
      const before = yield* store.status(account)
      for (const balance of [before.balance + 1, before.balance - 1]) {
        yield* books.tamper(account, balance)
        const audit = yield* store.audit(longAgo)
        const unbalanced = audit.unbalanced.map(({ account, open, settled }) => ({ account, open, settled }))
        assert.deepStrictEqual(unbalanced, [{ account: { ...before, balance }, open: 1, settled: 1 }])
        assert.strictEqual(audit.balance, added.balance + balance - before.balance)
        assert.isFalse(Audit.isClean(audit))
      }
      yield* books.tamper(account, before.balance)
    }))

  test("names the spends that were open before the given time, followed or not, and no other", (store) =>
    Effect.gen(function* () {
      yield* someSpends(store)
      yield* TestClock.adjust("31 minutes")
      yield* store.due(10)
      yield* store.spend(request(5))
      const audit = yield* store.audit(DateTime.subtract(yield* DateTime.now, { minutes: 30 }))
      assert.deepStrictEqual(audit.overdue.toSorted(), [taskId(3), taskId(4)])
      assert.deepStrictEqual(audit.unbalanced, [])
      assert.isFalse(Audit.isClean(audit))
    }))

  test("changes nothing", (store) =>
    Effect.gen(function* () {
      yield* someSpends(store)
      yield* TestClock.adjust("1 hour")
      const first = yield* store.audit(yield* DateTime.now)
      assert.deepStrictEqual(yield* store.audit(yield* DateTime.now), first)
    }))
}
