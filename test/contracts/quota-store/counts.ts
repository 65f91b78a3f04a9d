import { assert } from "@effect/vitest"
import { Effect, Fiber, Metric } from "effect"
import { account, firstOf, fund, request, today, type ContractTest } from "./TestBooks.ts"

/** What was counted while this ran: the series that are not 0, by name and labels. */
const countedWhile = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* effect
    const series = (yield* Metric.snapshot).flatMap(({ attributes, id, state }) =>
      "count" in state && state.count !== 0
        ? [[[id.replace("scnmnt_", ""), ...Object.values(attributes ?? {})].join(" "), Number(state.count)] as const]
        : []
    )
    return Object.fromEntries(series)
  }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))

export const counts = (test: ContractTest) => {
  test("each change of the books is counted, by what it was", (store) =>
    Effect.gen(function* () {
      const counted = yield* countedWhile(
        Effect.gen(function* () {
          yield* fund(store, 5)
          yield* store.spend(request(1))
          yield* store.spend(request(2, { mode: "image" }))
          yield* store.spend(request(3))
          yield* store.settle(firstOf(1))
          yield* store.refund(firstOf(2), "timed-out")
        })
      )
      assert.deepStrictEqual(counted, {
        credits_granted_total: 5,
        credits_spent_total: 3,
        credits_settled_total: 1,
        "credits_refunded_total timed-out": 1,
        "tasks_submitted_total text": 2,
        "tasks_submitted_total image": 1,
        "tasks_finished_total text completed": 1,
        "tasks_finished_total image failed": 1
      })
    }))

  test("what changes nothing is not counted: repeats, late ends, and what was refused", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 2)
      yield* store.spend(request(1))
      yield* store.spend(request(2))
      yield* store.settle(firstOf(1))
      yield* store.refund(firstOf(2), "failed")
      yield* store.checkIn(account, { day: today, grant: 5, cap: 1 })
      const counted = yield* countedWhile(
        Effect.gen(function* () {
          yield* fund(store, 5)
          yield* store.spend(request(1))
          yield* Effect.exit(store.spend(request(1, { requestHash: "another" })))
          yield* other.settle(firstOf(1))
          yield* other.settle(firstOf(2))
          yield* store.refund(firstOf(1), "missing")
          yield* other.refund(firstOf(2), "missing")
        })
      )
      assert.deepStrictEqual(counted, {})
    }))

  test("one end of many at once is counted", (store, books) =>
    Effect.gen(function* () {
      const other = yield* books.node
      yield* fund(store, 1)
      yield* store.spend(request(1))
      const ends = [store, other].flatMap((node) => [node.settle(firstOf(1)), node.refund(firstOf(1), "failed")])
      const counted = yield* countedWhile(Effect.all(ends, { concurrency: "unbounded" }))
      assert.strictEqual(
        (counted["tasks_finished_total text completed"] ?? 0) + (counted["tasks_finished_total text failed"] ?? 0),
        1
      )
    }))

  test("a change whose caller left is counted if it was made", (store) =>
    Effect.gen(function* () {
      const counted = yield* countedWhile(
        Effect.gen(function* () {
          const granting = yield* Effect.forkChild(fund(store, 3), { startImmediately: true })
          yield* Fiber.interrupt(granting)
        })
      )
      const { granted } = yield* store.status(account)
      assert.strictEqual(counted["credits_granted_total"] ?? 0, granted)
    }))
}
