import { assert } from "@effect/vitest"
import { RefundReason } from "@scnmnt/core/Spend"
import { DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { account, balanceOf, day, firstOf, fund, request, taskId, upTo, type ContractTest } from "./TestBooks.ts"

export const endings = (test: ContractTest) => {
  test("settle ends the spend and keeps its credit", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 2)
      const { spend } = yield* store.spend(request(1))
      yield* TestClock.adjust("5 seconds")
      const settled = yield* store.settle(firstOf(1))
      assert.deepStrictEqual(settled, { ...spend, state: { _tag: "Settled" }, updatedAt: yield* DateTime.now })
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(settled))
      assert.strictEqual(yield* balanceOf(store), 1)
    }))

  for (const reason of RefundReason.literals) {
    test(`refund as ${reason} ends the spend, keeps the reason and gives the credit back`, (store) =>
      Effect.gen(function* () {
        yield* fund(store, 2)
        const { spend } = yield* store.spend(request(1))
        yield* TestClock.adjust("5 seconds")
        const refunded = yield* store.refund(firstOf(1), reason)
        const state = { _tag: "Refunded" as const, reason }
        assert.deepStrictEqual(refunded, { ...spend, state, updatedAt: yield* DateTime.now })
        assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(refunded))
        assert.strictEqual(yield* balanceOf(store), 2)
      }))
  }

  test("a clock that counts parts of a millisecond stops no end, and no lease", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      yield* TestClock.adjust("1500 micros")
      yield* store.spend(request(1))
      assert.strictEqual((yield* store.renew([taskId(1)])).length, 1)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* store.due(10)).length, 1)
      assert.strictEqual((yield* store.settle(firstOf(1))).state._tag, "Settled")
      assert.deepStrictEqual(
        Option.map(yield* store.find(taskId(1)), ({ state }) => state._tag),
        Option.some("Settled")
      )
    }))

  test("the first end is final: a second of either kind changes nothing and is told the first", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 2)
      yield* store.spend(request(1))
      yield* store.spend(request(2))
      const settled = yield* store.settle(firstOf(1))
      const refunded = yield* store.refund(firstOf(2), "failed")
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* store.settle(firstOf(1)), settled)
      assert.deepStrictEqual(yield* store.refund(firstOf(1), "failed"), settled)
      assert.deepStrictEqual(yield* store.refund(firstOf(2), "timed-out"), refunded)
      assert.deepStrictEqual(yield* store.settle(firstOf(2)), refunded)
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(settled))
      assert.deepStrictEqual(yield* store.find(taskId(2)), Option.some(refunded))
      assert.strictEqual(yield* balanceOf(store), 1)
    }))

  test("of 50 ends at the same time on two nodes one wins, and all see the same", (store, books) =>
    Effect.gen(function* () {
      const nodes = [store, yield* books.node]
      yield* fund(store, 20)
      for (const number of upTo(20)) {
        yield* store.spend(request(number))
        const refundsFirst = number % 2 === 0
        const answers = yield* Effect.forEach(
          upTo(25).flatMap(() => nodes),
          (node, index) =>
            (index % 2 === 0) === refundsFirst ? node.refund(firstOf(number), "failed") : node.settle(firstOf(number)),
          { concurrency: "unbounded" }
        )
        const found = yield* store.find(taskId(number))
        answers.forEach((answer) => assert.deepStrictEqual(Option.some(answer), found))
      }
      const { settled, open, balance } = yield* store.audit(yield* DateTime.now)
      assert.deepStrictEqual({ open, total: balance + settled }, { open: 0, total: 20 })
    }))

  test("a refund goes above the cap", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 100)
      yield* store.spend(request(1))
      yield* store.checkIn(account, { day: day("2026-11-24"), grant: 10, cap: 100 })
      assert.strictEqual(yield* balanceOf(store), 100)
      yield* store.refund(firstOf(1), "failed")
      assert.strictEqual(yield* balanceOf(store), 101)
    }))

  test("a spend opened again can be refunded again, once", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      yield* store.spend(request(1))
      yield* store.refund(firstOf(1), "unavailable")
      const { spend } = yield* store.spend(request(1))
      assert.strictEqual(yield* balanceOf(store), 0)
      yield* store.refund(spend, "failed")
      yield* store.refund(spend, "failed")
      assert.strictEqual(yield* balanceOf(store), 1)
    }))

  test("an end of an earlier opening leaves the later one open, and is told of it", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      yield* store.spend(request(1))
      yield* store.refund(firstOf(1), "unavailable")
      // In the same millisecond: times don't tell the two apart.
      const { spend } = yield* store.spend(request(1))
      assert.deepStrictEqual(yield* other.refund(firstOf(1), "timed-out"), spend)
      assert.deepStrictEqual(yield* other.settle(firstOf(1)), spend)
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(spend))
      assert.strictEqual(yield* balanceOf(store), 0)
      assert.strictEqual((yield* store.settle(spend)).state._tag, "Settled")
    }))

  test("ending what was never opened is a defect, and changes nothing", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      const exits = yield* Effect.forEach([store.settle(firstOf(1)), store.refund(firstOf(1), "failed")], Effect.exit)
      assert.deepStrictEqual(
        exits.map((exit) => exit._tag === "Failure" && exit.cause.reasons.map(({ _tag }) => _tag)),
        [["Die"], ["Die"]]
      )
      assert.strictEqual(yield* balanceOf(store), 1)
    }))
}
