import { assert, describe, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { LookUpError, type UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Effect, Option, Random } from "effect"
import { TestClock } from "effect/testing"
import { taskId } from "./support.ts"
import { failed, running, succeeded } from "./turns.ts"
import { leaveTasks, lookUps, type Node, openTasks, startNode, timesOf } from "./watching.ts"

const upstream = TestImageUpstream
const id = taskId(1)

const set = (id: TaskId, task: UpstreamTask = running) => upstream.use(({ set }) => set(id, task))

/** The pauses between look-ups in this span of seconds. */
const pauses = (from: number, to: number) =>
  Effect.map(timesOf(id), (times) => {
    const within = times.filter((time) => time >= from && time < to)
    return within.slice(1).map((time, index) => time - (within[index] ?? 0))
  })
const mean = (all: ReadonlyArray<number>) => all.reduce((sum, one) => sum + one, 0) / all.length

/** What `ImageTasks.get` does. */
const ask = Effect.fnUntraced(function* ({ store, watcher }: Node, id: TaskId) {
  const spend = yield* store.find(id)
  assert(Option.isSome(spend))
  return yield* watcher.sight(spend.value)
})

const start = Effect.suspend(() => startNode(MemoryQuotaStore.empty()))

describe("the watcher's look-ups", () => {
  it.effect("come every two seconds for a young task, and every 30 for an old one", () =>
    Effect.gen(function* () {
      yield* openTasks(yield* start, 1)
      yield* set(id)
      yield* TestClock.adjust("29 minutes")
      const young = yield* pauses(0, 30)
      assert.closeTo(mean(young), 2, 0.4)
      young.forEach((pause) => assert.isAtLeast(pause, 1))
      assert.closeTo(mean(yield* pauses(120, 180)), 10, 2)
      const old = yield* pauses(500, 1740)
      assert.closeTo(mean(old), 30, 1.5)
      old.forEach((pause) => assert.isAtMost(pause, 32))
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("come back to the young pace while a client asks, and slow down again after", () =>
    Effect.gen(function* () {
      const node = yield* start
      yield* openTasks(node, 1)
      yield* set(id)
      yield* TestClock.adjust("15 minutes")
      for (let second = 0; second < 60; second++) {
        yield* ask(node, id)
        yield* TestClock.adjust("1 second")
      }
      yield* TestClock.adjust("5 minutes")
      assert.closeTo(mean(yield* pauses(902, 960)), 2, 0.4)
      assert.closeTo(mean(yield* pauses(1000, 1260)), 30, 1.5)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("of two watchers do not fall together", () =>
    Effect.gen(function* () {
      yield* openTasks(yield* start, 1, 1)
      yield* openTasks(yield* start, 1, 2)
      yield* TestClock.adjust("1 minute")
      const [one, other] = [yield* timesOf(taskId(1)), yield* timesOf(taskId(2))]
      assert.isAtLeast(one.length, 20)
      assert.deepStrictEqual(
        one.filter((time) => other.includes(time)),
        []
      )
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("are none while nothing is open", () =>
    Effect.gen(function* () {
      const node = yield* start
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* lookUps, [])
      yield* openTasks(node, 2)
      yield* set(taskId(1), succeeded)
      yield* set(taskId(2), failed)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* lookUps).length, 2)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("leave an upstream that does not answer alone, longer each time, and are back with its first answer", () =>
    Effect.gen(function* () {
      yield* openTasks(yield* start, 1)
      yield* set(id)
      yield* upstream.use(({ lookUpsFail }) => lookUpsFail(true))
      yield* TestClock.adjust("2 minutes")
      const [first = 0, second = 0, third = 0, fourth = 0, ...more] = yield* pauses(0, 120)
      assert.closeTo(first, 4, 2.4)
      assert.closeTo(second, 8, 2.4)
      assert.closeTo(third, 16, 2.4)
      for (const pause of [fourth, ...more]) assert.closeTo(pause, 30, 2.4)
      yield* upstream.use(({ lookUpsFail }) => lookUpsFail(false))
      yield* TestClock.adjust("90 seconds")
      const back = (yield* timesOf(id)).find((time) => time > 120) ?? 0
      assert.isAtMost(mean(yield* pauses(back, 210)), 16)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("go on for all as long as any is answered", () =>
    Effect.gen(function* () {
      yield* openTasks(yield* start, 2)
      yield* set(taskId(2))
      const fails = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? fail : pass))
      yield* upstream.use(({ nextLookUps }) => nextLookUps(...fails))
      yield* TestClock.adjust("20 seconds")
      assert.closeTo(mean(yield* pauses(0, 20)), 2, 0.4)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )
})

describe("a client's sight", () => {
  it.effect("of a task that is followed costs nothing, and tells what was seen last", () =>
    Effect.gen(function* () {
      const node = yield* start
      yield* openTasks(node, 1)
      yield* set(id)
      yield* TestClock.adjust("5 seconds")
      const before = yield* lookUps
      for (let times = 0; times < 100; times++) {
        assert.deepStrictEqual((yield* ask(node, id)).task, Option.some(running))
      }
      assert.deepStrictEqual(yield* lookUps, before)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("of a task that nobody follows here costs one look-up, and none for a while", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const other = yield* startNode(memory)
      yield* leaveTasks(other, 1)
      yield* other.stop
      yield* set(id)
      const node = yield* startNode(memory)
      yield* TestClock.adjust(0)
      for (let times = 0; times < 100; times++) {
        assert.deepStrictEqual((yield* ask(node, id)).task, Option.some(running))
      }
      assert.deepStrictEqual(yield* timesOf(id), [0])
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("brings a task to its end if it is the first to see it", () =>
    Effect.gen(function* () {
      const node = yield* start
      yield* leaveTasks(node, 2)
      yield* set(taskId(1), succeeded)
      yield* set(taskId(2), failed)
      assert.strictEqual((yield* ask(node, taskId(1))).spend.state._tag, "Settled")
      assert.strictEqual((yield* ask(node, taskId(2))).spend.state._tag, "Refunded")
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("of a finished task costs nothing where it was seen to finish, and one look-up elsewhere", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory)
      yield* openTasks(node, 1)
      yield* set(id, succeeded)
      yield* TestClock.adjust("5 seconds")
      const other = yield* startNode(memory)
      const before = (yield* lookUps).length
      for (let times = 0; times < 100; times++) {
        assert.deepStrictEqual((yield* ask(node, id)).task, Option.some(succeeded))
      }
      assert.strictEqual((yield* lookUps).length, before)
      for (let times = 0; times < 100; times++) {
        assert.deepStrictEqual((yield* ask(other, id)).task, Option.some(succeeded))
      }
      assert.strictEqual((yield* lookUps).length, before + 1)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )

  it.effect("of a task that is another node's has it looked up here only while somebody asks", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const holder = yield* startNode(memory)
      yield* openTasks(holder, 1)
      yield* set(id)
      const node = yield* startNode(memory)
      yield* ask(node, id)
      yield* TestClock.adjust("20 seconds")
      yield* holder.stop
      const before = (yield* timesOf(id)).length
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* timesOf(id)).length, before)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("pace"))
  )
})

const pass = <A>(byItself: A) => byItself
const fail = () => Effect.fail(new LookUpError())
