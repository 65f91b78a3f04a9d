import { assert, describe, it } from "@effect/vitest"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { taskId } from "./support.ts"
import { running } from "./turns.ts"
import { at, credits, leaveTasks, left, openTasks, requests, startNode, statesOf } from "./watching.ts"

const upstream = TestImageUpstream

const aMinute = 60_000

/** Look-up requests that a minute of so many clients costs, each asking for one of 100 running tasks every second. */
const costOf = Effect.fnUntraced(function* (clients: number) {
  const node = yield* startNode(MemoryQuotaStore.empty())
  const ids = yield* openTasks(node, 100)
  yield* upstream.use(({ set }) => Effect.forEach(ids, (id) => set(id, running)))
  yield* TestClock.adjust("1 minute")
  const before = yield* requests
  for (let second = 0; second < 60; second++) {
    for (let client = 0; client < clients; client++) {
      const { status } = yield* at(node)(ImageTasks.get(ids[client % 100] ?? taskId(0)))
      assert.strictEqual(status._tag, "Running")
    }
    yield* TestClock.adjust("1 second")
  }
  return (yield* requests) - before
}, Effect.provide(upstream.layer))

describe("what clients cost the upstream", () => {
  it.effect(
    "300 of them that poll 100 running tasks: at most one look-up per 50 polls",
    () =>
      Effect.gen(function* () {
        const cost = yield* costOf(300)
        assert.isAtLeast(cost, 24)
        assert.isAtMost(cost, (300 * 60) / 50)
      }),
    aMinute
  )

  it.effect(
    "1,000 of them: no more than 100 of them do, but for the watcher's own jitter",
    () =>
      Effect.gen(function* () {
        const [few, many] = [yield* costOf(100), yield* costOf(1000)]
        assert.closeTo(few, 30, 4)
        assert.closeTo(many, 30, 4)
      }),
    aMinute
  )
})

describe("1,000 open spends of a dead upstream", () => {
  const down = upstream.use(({ lookUpsFail }) => lookUpsFail(true))

  it.effect(
    "are all refunded within the deadline and one round",
    () =>
      Effect.gen(function* () {
        const memory = MemoryQuotaStore.empty()
        const node = yield* startNode(memory)
        yield* down
        yield* openTasks(node, 1000)
        yield* TestClock.adjust("30 minutes")
        assert.deepStrictEqual(statesOf(memory), ["Open"])
        assert.strictEqual(left(memory), 0)
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(statesOf(memory), ["timed-out"])
        assert.strictEqual(left(memory), credits)
      }).pipe(Effect.provide(upstream.layer)),
    aMinute
  )

  it.effect(
    "are so too when their process died, and another one lives",
    () =>
      Effect.gen(function* () {
        const memory = MemoryQuotaStore.empty()
        const dead = yield* startNode(memory)
        yield* down
        yield* leaveTasks(dead, 1000)
        yield* dead.stop
        yield* startNode(memory)
        yield* TestClock.adjust("30 minutes")
        assert.deepStrictEqual(statesOf(memory), ["Open"])
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(statesOf(memory), ["timed-out"])
        assert.strictEqual(left(memory), credits)
      }).pipe(Effect.provide(upstream.layer)),
    aMinute
  )
})
