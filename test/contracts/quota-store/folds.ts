import { assert } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { account, firstOf, fund, longAgo, otherAccount, request, taskId, upTo, type ContractTest } from "./TestBooks.ts"

export const folds = (test: ContractTest) => {
  test("forgets what ended before the given time, keeps its sum, and leaves the rest", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 10)
      yield* fund(store, 10, otherAccount)
      for (const number of [1, 2, 3, 4]) yield* store.spend(request(number))
      yield* store.spend(request(5, { account: otherAccount }))
      yield* store.settle(firstOf(1))
      yield* store.settle(firstOf(2))
      yield* store.refund(firstOf(3), "failed")
      yield* store.settle(firstOf(5))
      yield* TestClock.adjust("90 days")
      const before = yield* DateTime.now
      yield* store.spend(request(6))
      yield* store.settle(firstOf(6))
      const audit = yield* store.audit(longAgo)

      assert.strictEqual(yield* store.fold(before, 100), 4)

      assert.deepStrictEqual(yield* store.audit(longAgo), audit)
      const found = yield* Effect.forEach(upTo(6), (number) => store.find(taskId(number)))
      assert.deepStrictEqual(found.map(Option.isSome), [false, false, false, true, false, true])
      assert.strictEqual((yield* store.status(account)).settledBefore, 2)
      assert.strictEqual((yield* store.status(otherAccount)).settledBefore, 1)
      assert.strictEqual(yield* store.fold(before, 100), 0)
    }))

  test("goes by when a spend ended, not by when it was opened", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      yield* store.spend(request(1))
      yield* TestClock.adjust("90 days")
      const before = yield* DateTime.now
      yield* store.settle(firstOf(1))
      assert.strictEqual(yield* store.fold(before, 100), 0)
    }))

  test("takes at most as many as asked for, and the rest later", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 5)
      for (const number of upTo(5)) {
        yield* store.spend(request(number))
        yield* store.settle(firstOf(number))
      }
      yield* TestClock.adjust("1 second")
      const now = yield* DateTime.now
      const counts = yield* Effect.forEach([2, 2, 2, 2], (limit) => store.fold(now, limit))
      assert.deepStrictEqual(counts, [2, 2, 1, 0])
      assert.strictEqual((yield* store.status(account)).settledBefore, 5)
    }))

  test("a spend at two nodes' hands is counted once", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 5)
      for (const number of upTo(5)) {
        yield* store.spend(request(number))
        yield* store.settle(firstOf(number))
      }
      yield* TestClock.adjust("1 second")
      const now = yield* DateTime.now
      const counts = yield* Effect.all([store.fold(now, 100), other.fold(now, 100)], { concurrency: "unbounded" })
      assert.deepStrictEqual(counts.toSorted(), [0, 5])
      assert.strictEqual((yield* store.status(account)).settledBefore, 5)
    }))
}
