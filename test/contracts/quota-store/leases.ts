import { assert } from "@effect/vitest"
import type { Spend } from "@scnmnt/core/Spend"
import { WatchPolicy } from "@scnmnt/core/WatchPlan"
import { DateTime, Duration, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { firstOf, fund, request, taskId, upTo, type ContractTest, type Store } from "./TestBooks.ts"

const ids = (spends: ReadonlyArray<Spend>) => spends.map(({ taskId }) => taskId)

const open = (store: Store, numbers: ReadonlyArray<number>) =>
  Effect.forEach(numbers, (number) => store.spend(request(number)))

const { lease } = WatchPolicy.defaultValue()
const almostALease = Duration.subtract(lease, Duration.seconds(1))

export const leases = (test: ContractTest) => {
  test("a fresh spend is its opener's: due to nobody before its lease runs out", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      yield* open(store, [1])
      yield* TestClock.adjust(almostALease)
      assert.deepStrictEqual(yield* other.due(10), [])
      assert.deepStrictEqual(yield* store.due(10), [])
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(ids(yield* other.due(10)), [taskId(1)])
    }))

  test("leases bear the name of who takes them, which is nobody else's", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      const { spend } = yield* store.spend(request(1))
      assert.strictEqual(spend.lease.holder, store.holder)
      yield* TestClock.adjust("1 hour")
      const [taken] = yield* other.due(1)
      assert.strictEqual(taken?.lease.holder, other.holder)
      assert.notStrictEqual(other.holder, store.holder)
    }))

  test("due leases to its caller: nobody gets the same spend before that lease runs out", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      yield* open(store, [1])
      yield* TestClock.adjust("1 hour")
      const [taken] = yield* other.due(10)
      const until = DateTime.addDuration(yield* DateTime.now, lease)
      assert.deepStrictEqual(taken?.lease.until, until)
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.fromUndefinedOr(taken))
      yield* TestClock.adjust(almostALease)
      assert.deepStrictEqual(yield* store.due(10), [])
      yield* TestClock.adjust("2 seconds")
      const [retaken] = yield* store.due(10)
      assert.strictEqual(retaken?.taskId, taskId(1))
      assert.notStrictEqual(retaken?.lease.holder, taken?.lease.holder)
    }))

  test("callers at the same time get different spends, and all of them between them", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 40)
      yield* open(store, upTo(40))
      yield* TestClock.adjust("1 hour")
      const nodes = upTo(6).flatMap(() => [store, other])
      const taken = yield* Effect.forEach(nodes, (node) => node.due(4), { concurrency: "unbounded" })
      assert.deepStrictEqual(ids(taken.flat()).toSorted(), upTo(40).map(taskId))
    }))

  test("the longest unattended come first, at most as many as asked for", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 4)
      for (const number of [3, 1, 4, 2]) {
        yield* open(store, [number])
        yield* TestClock.adjust("1 second")
      }
      yield* store.renew([taskId(1)])
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(ids(yield* store.due(3)), [3, 4, 2].map(taskId))
      assert.deepStrictEqual(ids(yield* store.due(3)), [taskId(1)])
    }))

  test("spends that ended are due to nobody", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 2)
      yield* open(store, [1, 2])
      yield* store.settle(firstOf(1))
      yield* store.refund(firstOf(2), "failed")
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* store.due(10), [])
    }))

  test("a spend opened again is its new opener's", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      yield* open(store, [1])
      yield* store.refund(firstOf(1), "unavailable")
      yield* TestClock.adjust("1 hour")
      yield* open(other, [1])
      assert.deepStrictEqual(yield* store.due(10), [])
      assert.deepStrictEqual(yield* store.renew([taskId(1)]), [])
      assert.deepStrictEqual(ids(yield* other.renew([taskId(1)])), [taskId(1)])
    }))

  test("renew prolongs what its caller holds, and answers it as it then stands", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      yield* open(store, [1])
      yield* TestClock.adjust(almostALease)
      const renewed = yield* store.renew([taskId(1)])
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.fromUndefinedOr(renewed[0]))
      yield* TestClock.adjust(almostALease)
      assert.deepStrictEqual(yield* other.due(10), [])
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(ids(yield* other.due(10)), [taskId(1)])
    }))

  test("renew leaves out what ended, what others hold or took over, and what is unknown", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 5)
      yield* open(store, [1, 2, 3])
      yield* open(other, [4])
      yield* store.settle(firstOf(1))
      yield* store.refund(firstOf(2), "failed")
      assert.deepStrictEqual(ids(yield* store.renew([1, 2, 3, 4, 5].map(taskId))), [taskId(3)])
      yield* TestClock.adjust("1 hour")
      const taken = yield* other.due(10)
      assert.deepStrictEqual(yield* store.renew([3, 4].map(taskId)), [])
      for (const spend of taken) assert.deepStrictEqual(yield* store.find(spend.taskId), Option.some(spend))
    }))

  test("following a spend leaves its times alone", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      const { spend } = yield* store.spend(request(1))
      yield* TestClock.adjust("1 hour")
      const [taken] = yield* store.due(1)
      const [renewed] = yield* store.renew([taskId(1)])
      assert.deepStrictEqual([taken?.createdAt, taken?.updatedAt], [spend.createdAt, spend.updatedAt])
      assert.deepStrictEqual([renewed?.createdAt, renewed?.updatedAt], [spend.createdAt, spend.updatedAt])
    }))
}
