import { assert } from "@effect/vitest"
import { RefundReason } from "@scnmnt/core/Spend"
import { TraceParent } from "@scnmnt/core/Tracing"
import { DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { balanceOf, firstOf, fund, otherAccount, request, tagOf, taskId, upTo, type ContractTest } from "./TestBooks.ts"

const mayReopen: ReadonlyArray<RefundReason> = ["rejected", "unavailable", "not-accepted"]

export const spends = (test: ContractTest) => {
  test("takes one credit and opens the spend", (store) =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const now = yield* DateTime.now
      yield* fund(store, 2)
      const asked = request(1, { mode: "image", size: "16:9" })
      const { spend, balance, opened } = yield* store.spend(asked)
      const { lease, ...rest } = spend
      assert.deepStrictEqual(rest, { ...asked, state: { _tag: "Open" }, opening: 1, createdAt: now, updatedAt: now })
      assert.isTrue(DateTime.isGreaterThan(lease.until, now))
      assert.deepStrictEqual({ balance, opened }, { balance: 1, opened: true })
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(spend))
      assert.strictEqual(yield* balanceOf(store), 1)
    }))

  test("keeps where the trace of its request is, through every change", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 2)
      const traceParent = TraceParent.make(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`)
      yield* store.spend(request(1, { traceParent }))
      yield* store.spend(request(2))
      yield* TestClock.adjust("31 seconds")
      const due = yield* store.due(10)
      assert.sameMembers(
        due.map((spend) => spend.traceParent),
        [traceParent, undefined]
      )
      assert.strictEqual((yield* store.refund(firstOf(1), "rejected")).traceParent, traceParent)
      const again = TraceParent.make(`00-${"c".repeat(32)}-${"d".repeat(16)}-01`)
      const { spend } = yield* store.spend(request(1, { traceParent: again }))
      assert.strictEqual(spend.traceParent, again)
      assert.notProperty(yield* store.settle(firstOf(2)), "traceParent")
    }))

  test("a spend that nobody opened is not found", (store) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.none())
    }))

  test("of many that are asked for, all are found that there are, and no other", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 4)
      yield* Effect.forEach([1, 2, 3, 4], (number) => store.spend(request(number)))
      yield* store.settle(firstOf(2))
      yield* store.refund(firstOf(3), "failed")
      assert.deepStrictEqual(yield* other.findAll([]), [])
      const found = yield* other.findAll([3, 5, 1, 2].map(taskId))
      const each = yield* Effect.forEach([1, 2, 3], (number) => store.find(taskId(number)))
      assert.deepStrictEqual(
        found.toSorted((a, b) => a.taskId.localeCompare(b.taskId)),
        each.flatMap(Option.toArray)
      )
    }))

  test("without a credit opens nothing", (store) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* tagOf(store.spend(request(1))), "InsufficientCredits")
      yield* fund(store, 1)
      yield* store.spend(request(2))
      assert.strictEqual(yield* tagOf(store.spend(request(3))), "InsufficientCredits")
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.none())
      assert.deepStrictEqual(yield* store.find(taskId(3)), Option.none())
    }))

  test("a repeat changes nothing and tells how the spend stands, with no credit left too", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      const { spend } = yield* store.spend(request(1))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* store.spend(request(1)), { spend, balance: 0, opened: false })
      const settled = yield* store.settle(firstOf(1))
      assert.deepStrictEqual(yield* store.spend(request(1)), { spend: settled, balance: 0, opened: false })
    }))

  test("the same id with another hash or account is refused, whatever its state", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 2)
      yield* fund(store, 2, otherAccount)
      const refusals = [request(1, { requestHash: "another" }), request(1, { account: otherAccount })]
      const refusesAll = Effect.forEach(refusals, (refused) =>
        Effect.map(tagOf(store.spend(refused)), (tag) => assert.strictEqual(tag, "IdempotencyKeyReused"))
      )
      const { spend } = yield* store.spend(request(1))
      yield* refusesAll
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(spend))
      const refunded = yield* store.refund(firstOf(1), "rejected")
      yield* refusesAll
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(refunded))
      assert.strictEqual(yield* balanceOf(store, otherAccount), 2)
    }))

  for (const reason of RefundReason.literals) {
    const reopens = mayReopen.includes(reason)
    test(`after a refund as ${reason} a repeat ${reopens ? "takes a credit anew" : "is told of it"}`, (store) =>
      Effect.gen(function* () {
        yield* fund(store, 1)
        yield* store.spend(request(1))
        const refunded = yield* store.refund(firstOf(1), reason)
        yield* TestClock.adjust("1 minute")
        const again = yield* store.spend(request(1))
        const now = yield* DateTime.now
        assert.deepStrictEqual([again.opened, again.balance], reopens ? [true, 0] : [false, 1])
        assert.deepStrictEqual(
          again.spend,
          reopens
            ? {
                ...refunded,
                state: { _tag: "Open" },
                opening: 2,
                lease: again.spend.lease,
                createdAt: now,
                updatedAt: now
              }
            : refunded
        )
        assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(again.spend))
      }))
  }

  test("without a credit a refunded spend is not reopened", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 1)
      yield* store.spend(request(1))
      const refunded = yield* store.refund(firstOf(1), "unavailable")
      yield* store.spend(request(2))
      assert.strictEqual(yield* tagOf(store.spend(request(1))), "InsufficientCredits")
      assert.deepStrictEqual(yield* store.find(taskId(1)), Option.some(refunded))
    }))

  test("of 200 at the same time on two nodes, 10 credits let exactly 10 win", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 10)
      const tags = yield* Effect.forEach(
        upTo(200),
        (number) =>
          Effect.match((number % 2 === 0 ? store : other).spend(request(number)), {
            onSuccess: ({ opened }) => (opened ? "opened" : "repeated"),
            onFailure: ({ _tag }) => _tag
          }),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(tags.filter((tag) => tag === "opened").length, 10)
      assert.strictEqual(tags.filter((tag) => tag === "InsufficientCredits").length, 190)
      assert.strictEqual(yield* balanceOf(store), 0)
    }))

  test("an account has no more than so many open; a repeat, other accounts and what has ended do not count", (store) =>
    Effect.gen(function* () {
      yield* fund(store, 10)
      yield* fund(store, 10, otherAccount)
      yield* store.spend(request(1), 2)
      yield* store.spend(request(2), 2)
      assert.strictEqual(yield* tagOf(store.spend(request(3), 2)), "TooManyTasks")
      assert.strictEqual(yield* balanceOf(store), 8)
      assert.deepStrictEqual(yield* store.find(taskId(3)), Option.none())
      assert.isFalse((yield* store.spend(request(1), 2)).opened)
      assert.isTrue((yield* store.spend(request(4, { account: otherAccount }), 2)).opened)
      yield* store.settle(firstOf(1))
      assert.isTrue((yield* store.spend(request(3), 2)).opened)
      yield* store.refund(firstOf(2), "unavailable")
      assert.isTrue((yield* store.spend(request(5), 2)).opened)
      // Reopening is opening too.
      assert.strictEqual(yield* tagOf(store.spend(request(2), 2)), "TooManyTasks")
    }))

  test("of 50 at the same time on two nodes, exactly as many are opened as may be open", (store, books) =>
    Effect.gen(function* () {
      const nodes = [store, yield* books.node]
      yield* fund(store, 100)
      const opened = yield* Effect.forEach(
        upTo(25).flatMap((number) => nodes.map((node, index) => [node, 2 * number + index] as const)),
        ([node, number]) => Effect.isSuccess(node.spend(request(number), 5)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(opened.filter((isOpened) => isOpened).length, 5)
      assert.strictEqual(yield* balanceOf(store), 95)
    }))

  test("50 of the same request at the same time on two nodes take one credit", (store, books) =>
    Effect.gen(function* () {
      const nodes = [store, yield* books.node]
      yield* fund(store, 10)
      const receipts = yield* Effect.forEach(
        upTo(25).flatMap(() => nodes),
        (node) => node.spend(request(1)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(receipts.filter(({ opened }) => opened).length, 1)
      assert.strictEqual(yield* balanceOf(store), 9)
    }))
}
