import { assert, describe, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import * as Audit from "@scnmnt/core/Audit"
import * as SpendRetention from "@scnmnt/core/SpendRetention"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { DateTime, Duration, Effect, Layer, References } from "effect"
import { TestClock } from "effect/testing"
import { account, taskId } from "./support.ts"
import { credits, leaveTasks, type Node, startNode } from "./watching.ts"

/** The job on this store, from now on. */
const start = (store: QuotaStore["Service"]) =>
  Layer.build(SpendRetention.layer).pipe(Effect.provideService(QuotaStore, store))

const isClean = ({ store }: Node) => Effect.map(store.audit(DateTime.makeUnsafe(0)), Audit.isClean)

const world = Effect.gen(function* () {
  const memory = MemoryQuotaStore.empty()
  const node = yield* startNode(memory)
  yield* leaveTasks(node, 10)
  // The watcher would end them; here each end is the test's.
  yield* node.stop
  return { memory, node }
})

describe("SpendRetention", () => {
  it.effect("folds what ended longer ago than 90 days, and the books still add up", () =>
    Effect.gen(function* () {
      const { memory, node } = yield* world
      yield* start(node.store)
      for (const index of [1, 2, 3]) yield* node.store.settle({ taskId: taskId(index), opening: 1 })
      for (const index of [4, 5]) yield* node.store.refund({ taskId: taskId(index), opening: 1 }, "failed")
      yield* TestClock.adjust("89 days")
      for (const index of [6, 7]) yield* node.store.settle({ taskId: taskId(index), opening: 1 })
      assert.strictEqual(memory.spends.size, 10)
      yield* TestClock.adjust("26 hours")
      assert.deepStrictEqual([...memory.spends.keys()], [6, 7, 8, 9, 10].map(taskId))
      const books = memory.accounts.get(account)
      assert.deepStrictEqual([books?.balance, books?.granted, books?.settledBefore], [credits - 8, credits, 3])
      assert.isTrue(yield* isClean(node))
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("folds everything there is, in batches of 100, and looks again every hour", () =>
    Effect.gen(function* () {
      const { node } = yield* world
      const calls: Array<readonly [at: number, before: number, limit: number]> = []
      let old = 350
      yield* start({
        ...node.store,
        fold: (before, limit) =>
          Effect.map(DateTime.now, (now) => {
            calls.push([hours(now), hours(before), limit])
            const folded = Math.min(old, limit)
            old -= folded
            return folded
          })
      })
      yield* TestClock.adjust("150 minutes")
      const days = 90 * 24
      assert.deepStrictEqual(calls, [
        ...Array.from({ length: 4 }, () => [0, -days, 100] as const),
        [1, 1 - days, 100],
        [2, 2 - days, 100]
      ])
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("keeps what it is told to keep, and tries again after a failure", () =>
    Effect.gen(function* () {
      const { memory, node } = yield* world
      let isBroken = true
      yield* start({
        ...node.store,
        fold: (before, limit) =>
          isBroken ? Effect.fail(new QuotaUnavailable({ cause: "the test's own" })) : node.store.fold(before, limit)
      }).pipe(Effect.provideService(SpendRetention.retention, Duration.hours(3)))
      yield* node.store.settle({ taskId: taskId(1), opening: 1 })
      yield* TestClock.adjust("5 hours")
      assert.strictEqual(memory.spends.size, 10)
      isBroken = false
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(memory.spends.size, 9)
      assert.isTrue(yield* isClean(node))
    }).pipe(Effect.provide(TestImageUpstream.layer), Effect.provideService(References.MinimumLogLevel, "None"))
  )
})

const hours = (time: DateTime.Utc) => DateTime.toEpochMillis(time) / 3_600_000
