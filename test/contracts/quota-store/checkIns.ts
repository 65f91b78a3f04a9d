import { assert } from "@effect/vitest"
import * as Account from "@scnmnt/core/Account"
import { Effect } from "effect"
import {
  account,
  balanceOf,
  day,
  fund,
  longAgo,
  otherAccount,
  request,
  today,
  upTo,
  type ContractTest
} from "./TestBooks.ts"

const policy = { day: today, grant: 10, cap: 100 }

export const checkIns = (test: ContractTest) => {
  test("an unknown account is empty, and asking does not make it known", (store) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* store.status(account), Account.empty(account))
      assert.strictEqual((yield* store.audit(longAgo)).accounts, 0)
    }))

  test("grants once a day and answers the account as it then stands", (store) =>
    Effect.gen(function* () {
      const first = yield* store.checkIn(account, policy)
      assert.deepStrictEqual(first, {
        fingerprint: account,
        balance: 10,
        granted: 10,
        settledBefore: 0,
        lastCheckIn: today
      })
      assert.deepStrictEqual(yield* store.checkIn(account, policy), first)
      assert.deepStrictEqual(yield* store.status(account), first)
      const next = yield* store.checkIn(account, { ...policy, day: day("2026-11-24") })
      assert.deepStrictEqual(next, { ...first, balance: 20, granted: 20, lastCheckIn: day("2026-11-24") })
    }))

  test("each account has its own day and credits", (store) =>
    Effect.gen(function* () {
      yield* store.checkIn(account, policy)
      assert.strictEqual(yield* balanceOf(store, otherAccount), 0)
      assert.strictEqual((yield* store.checkIn(otherAccount, policy)).balance, 10)
    }))

  test("grants no more than the cap leaves room for", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 95)
      const { balance, granted } = yield* store.checkIn(account, { ...policy, day: day("2026-11-24") })
      assert.deepStrictEqual({ balance, granted }, { balance: 100, granted: 100 })
    }))

  test("at the cap grants nothing and does not use up the day", (store) =>
    Effect.gen(function* () {
      const full = yield* fund(store, 100)
      const tomorrow = { ...policy, day: day("2026-11-24") }
      assert.deepStrictEqual(yield* store.checkIn(account, tomorrow), full)
      yield* store.spend(request(1))
      assert.strictEqual((yield* store.checkIn(account, tomorrow)).balance, 100)
    }))

  test("a clock that moves back brings no second grant", (store) =>
    Effect.gen(function* () {
      const granted = yield* store.checkIn(account, policy)
      assert.deepStrictEqual(yield* store.checkIn(account, { ...policy, day: day("2026-11-22") }), granted)
      assert.deepStrictEqual(yield* store.checkIn(account, policy), granted)
    }))

  test("50 at the same time, on two nodes, bring one grant", (store, books) =>
    Effect.gen(function* () {
      const nodes = [store, yield* books.node]
      const answers = yield* Effect.forEach(
        upTo(25).flatMap(() => nodes),
        (node) => node.checkIn(account, policy),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        answers.map(({ balance }) => balance),
        answers.map(() => 10)
      )
    }))
}
