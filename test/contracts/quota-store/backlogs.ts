import { assert } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { firstOf, fund, otherAccount, request, taskId, type ContractTest } from "./TestBooks.ts"

export const backlogs = (test: ContractTest) => {
  test("empty books have none", (store) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* store.backlog, { open: 0, oldest: Option.none() })
    }))

  test("is what is open on all accounts, and since when the oldest is", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 5)
      yield* fund(store, 5, otherAccount)
      yield* store.spend(request(1))
      yield* TestClock.adjust("1 minute")
      const second = yield* DateTime.now
      yield* store.spend(request(2, { account: otherAccount }))
      yield* TestClock.adjust("1 minute")
      yield* other.spend(request(3))
      assert.strictEqual((yield* store.backlog).open, 3)

      yield* store.settle(firstOf(1))
      assert.deepStrictEqual(yield* store.backlog, { open: 2, oldest: Option.some(second) })

      yield* store.refund(firstOf(2), "failed")
      yield* store.refund(firstOf(3), "failed")
      assert.deepStrictEqual(yield* store.backlog, { open: 0, oldest: Option.none() })
    }))

  test("is not made younger by whoever takes a spend up", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      const opened = yield* DateTime.now
      yield* store.spend(request(1))
      yield* TestClock.adjust("31 seconds")
      yield* store.due(10)
      yield* TestClock.adjust("10 seconds")
      yield* store.renew([taskId(1)])
      assert.deepStrictEqual(yield* store.backlog, { open: 1, oldest: Option.some(opened) })
    }))
}
