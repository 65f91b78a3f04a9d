import { assert, describe, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import type { UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import type { TaskId } from "@scnmnt/core/TaskId"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { taskId } from "./support.ts"
import { failed as failedTask, running, succeeded } from "./turns.ts"
import { leaveTasks, left, credits, lookUps, openTasks, startNode, statesOf, timesOf } from "./watching.ts"

const upstream = TestImageUpstream

const run = (ids: ReadonlyArray<TaskId>, task: UpstreamTask = running) =>
  upstream.use(({ set }) => Effect.forEach(ids, (id) => set(id, task)))

/** Who holds which tasks. */
const holders = (memory: MemoryQuotaStore.Memory) => Map.groupBy(memory.spends.values(), ({ lease }) => lease.holder)

/** The shortest pause between two look-ups of a task, in seconds. */
const shortestPause = (id: TaskId) =>
  Effect.map(timesOf(id), (times) => Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0))))

describe("two watchers on the same books", () => {
  it.effect("look each task up by its opener alone, as long as that lives", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const [one, other] = [yield* startNode(memory), yield* startNode(memory)]
      yield* run(yield* openTasks(one, 3, 1))
      yield* run(yield* openTasks(other, 3, 4))
      const before = holders(memory)
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual([...holders(memory).keys()], [...before.keys()])
      for (let index = 1; index <= 6; index++) assert.isAtLeast(yield* shortestPause(taskId(index)), 1)
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("keep their leases while the upstream takes its time, whatever they have to look up", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const [one] = [yield* startNode(memory), yield* startNode(memory)]
      yield* run(yield* openTasks(one, 900))
      yield* upstream.use(({ nextLookUps }) =>
        nextLookUps(...Array.from({ length: 10_000 }, () => Effect.delay("9 seconds")))
      )
      for (let minute = 0; minute < 3; minute++) {
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual([...holders(memory).keys()], [one.store.holder])
      }
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("share what a dead one left, each task by one of them only", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const dead = yield* startNode(memory)
      const ids = yield* leaveTasks(dead, 250)
      yield* run(ids)
      yield* dead.stop
      yield* startNode(memory)
      yield* startNode(memory)
      yield* TestClock.adjust("40 seconds")
      for (const id of ids) {
        assert.isAtLeast((yield* timesOf(id)).length, 2)
        assert.isAtLeast(yield* shortestPause(id), 1)
      }
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("pass a dead one's tasks on when its leases have run out, and no sooner", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const [one] = [yield* startNode(memory), yield* startNode(memory)]
      const [id = taskId(0)] = yield* openTasks(one, 1)
      yield* run([id])
      yield* TestClock.adjust("10 minutes")
      yield* one.stop
      const before = (yield* timesOf(id)).length
      yield* run([id], succeeded)
      yield* TestClock.adjust("12 seconds")
      assert.strictEqual((yield* timesOf(id)).length, before)
      yield* TestClock.adjust("22 seconds")
      assert.deepStrictEqual(statesOf(memory), ["Settled"])
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("let go of what is another's by now", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const one = yield* startNode(memory)
      const [id = taskId(0)] = yield* openTasks(one, 1)
      yield* run([id])
      const spend = memory.spends.get(id)
      assert(spend !== undefined)
      memory.spends.set(id, { ...spend, lease: { ...spend.lease, holder: "another" } })
      yield* TestClock.adjust("20 seconds")
      const before = (yield* timesOf(id)).length
      yield* TestClock.adjust("8 seconds")
      assert.strictEqual((yield* timesOf(id)).length, before)
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("end each task once, whoever sees its end first", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const [one, other] = [yield* startNode(memory), yield* startNode(memory)]
      const ids = yield* openTasks(one, 20)
      // A replay at the other node has it follow them too.
      yield* Effect.forEach(ids, (id) =>
        other.store.find(id).pipe(Effect.flatMap(Effect.fromOption), Effect.flatMap(other.watcher.sight))
      )
      yield* upstream.use(({ set }) => Effect.forEach(ids, (id) => set(id, failedTask)))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(statesOf(memory), ["failed"])
      assert.strictEqual(left(memory), credits)
    }).pipe(Effect.provide(upstream.layer))
  )
})

describe("a batch", () => {
  it.effect("is of 100 ids at most, and no id twice", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory)
      yield* run(yield* openTasks(node, 250))
      yield* TestClock.adjust("10 seconds")
      const rounds = [...Map.groupBy(yield* lookUps, ({ at }) => at).values()]
      assert.isAtLeast(rounds.length, 4)
      for (const round of rounds) {
        assert.strictEqual(round.length, 250)
        assert.strictEqual(new Set(round.map(({ id }) => id)).size, 250)
      }
    }).pipe(Effect.provide(upstream.layer))
  )
})
