import { assert, describe, it } from "@effect/vitest"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import type { UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Clock, Effect, Random, Stream } from "effect"
import { TestClock } from "effect/testing"
import { taskId } from "./support.ts"
import { failed, queued, running, succeeded } from "./turns.ts"
import { at, lookUps, type Node, openTasks, startNode, statesOf } from "./watching.ts"

const upstream = TestImageUpstream
const id = taskId(1)
const set = (task: UpstreamTask) => upstream.use(({ set }) => set(id, task))

/** So many nodes on the same books, the first of which follows the task. */
const startNodes = Effect.fnUntraced(function* (count: number) {
  const memory = MemoryQuotaStore.empty()
  const holder = yield* startNode(memory)
  const others = yield* Effect.replicateEffect(startNode(memory), count - 1)
  yield* openTasks(holder, 1)
  yield* set(running)
  // Its follower looks it up once.
  yield* TestClock.adjust("3 seconds")
  return { holder, others, nodes: [holder, ...others] }
})

/** The look-ups of a task that runs for two minutes and is asked for every second, by a client that each node hears in turn. */
const costOfPolls = Effect.fnUntraced(function* (count: number) {
  const { nodes } = yield* startNodes(count)
  for (let second = 0; second < 120; second++) {
    yield* TestClock.adjust("1 second")
    const node = nodes[second % count]
    assert(node !== undefined)
    assert.strictEqual((yield* at(node)(ImageTasks.get(id))).status._tag, "Running")
  }
  return (yield* lookUps).length
}, Effect.provide(upstream.layer))

/** Follows the task here, and writes down what is heard and when. */
const listen = Effect.fnUntraced(function* (node: Node) {
  const heard: Array<{ readonly status: string; readonly at: number }> = []
  yield* Effect.forkChild(
    at(node)(
      Stream.runForEach(ImageTasks.follow(id), ({ status }) =>
        Effect.map(Clock.currentTimeMillis, (at) => heard.push({ status: status._tag, at: at / 1000 }))
      )
    )
  )
  return heard
})

/** Two rounds of the watcher, each as late as it may be, in seconds. */
const twoIntervals = 2 * 2 * 1.2

describe("a task that clients ask for on other nodes than the one that follows it", () => {
  it.effect.each([
    { count: 2, atMost: 72 },
    { count: 3, atMost: 80 },
    { count: 10, atMost: 120 }
  ])("is looked up little more often for it: $count nodes", ({ atMost, count }) =>
    Effect.gen(function* () {
      assert.closeTo(yield* costOfPolls(1), 60, 6)
      assert.isAtMost(yield* costOfPolls(count), atMost)
    }).pipe(Random.withSeed("nodes"))
  )

  it.effect.each([
    { what: "completed", ends: succeeded, status: "Completed" },
    { what: "failed", ends: failed, status: "Failed" }
  ])("is heard to have $what on every node within two intervals, followed or polled", ({ ends, status }) =>
    Effect.gen(function* () {
      const { nodes } = yield* startNodes(5)
      const heard = yield* Effect.forEach(nodes, listen)
      // The others have had a glance a while ago, and will not have one for as long.
      yield* TestClock.adjust("12 seconds")
      yield* set(ends)
      const ended = (yield* Clock.currentTimeMillis) / 1000
      yield* TestClock.adjust("1 minute")
      for (const news of heard) {
        assert.deepStrictEqual(
          news.map(({ status }) => status),
          ["Running", status]
        )
        assert.isAtMost((news[1]?.at ?? Infinity) - ended, twoIntervals)
      }
      for (const node of nodes) assert.strictEqual((yield* at(node)(ImageTasks.get(id))).status._tag, status)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("nodes"))
  )

  it.effect("costs what one follower costs, and a few glances each, if all nodes have followers", () =>
    Effect.gen(function* () {
      const { nodes } = yield* startNodes(10)
      yield* Effect.forEach(nodes, listen)
      yield* TestClock.adjust("2 minutes")
      assert.isAtMost((yield* lookUps).length, 140)
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("nodes"))
  )

  it.effect("is heard to run by who follows it there", () =>
    Effect.gen(function* () {
      const { others } = yield* startNodes(2)
      yield* set(queued)
      const [heard = []] = yield* Effect.forEach(others, listen)
      yield* TestClock.adjust("1 second")
      yield* set(running)
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(
        heard.map(({ status }) => status),
        ["Queued", "Running"]
      )
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("nodes"))
  )

  it.effect("is heard to have ended there when its follower died meanwhile", () =>
    Effect.gen(function* () {
      const { holder, others } = yield* startNodes(3)
      const heard = yield* Effect.forEach(others, listen)
      yield* holder.stop
      yield* set(succeeded)
      yield* TestClock.adjust("40 seconds")
      for (const news of heard) assert.strictEqual(news.at(-1)?.status, "Completed")
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("nodes"))
  )

  it.effect("is followed there while nobody can take up what its dead follower left", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const holder = yield* startNode(memory)
      yield* openTasks(holder, 1)
      yield* holder.stop
      yield* set(running)
      const node = yield* startNode(memory, (store) => ({ ...store, due: () => Effect.succeed([]) }))
      yield* listen(node)
      yield* TestClock.adjust("1 minute")
      const before = (yield* lookUps).length
      yield* TestClock.adjust("20 seconds")
      assert.closeTo((yield* lookUps).length - before, 10, 2)
      yield* set(succeeded)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(statesOf(memory), ["Settled"])
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("nodes"))
  )

  it.effect("costs its books one question per interval, for all that are waited for", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const holder = yield* startNode(memory)
      const ids = yield* openTasks(holder, 80)
      yield* upstream.use(({ set }) => Effect.forEach(ids, (id) => set(id, running)))
      const questions: Array<number> = []
      const node = yield* startNode(memory, (store) => ({
        ...store,
        findAll: (ids) =>
          Effect.andThen(
            Effect.sync(() => questions.push(ids.length)),
            store.findAll(ids)
          )
      }))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(questions, [])
      yield* Effect.forEach(ids, (id) => Effect.forkChild(at(node)(Stream.runDrain(ImageTasks.follow(id)))))
      yield* TestClock.adjust("20 seconds")
      assert.closeTo(questions.length, 10, 2)
      assert.deepStrictEqual([...new Set(questions)], [80])
    }).pipe(Effect.provide(upstream.layer), Random.withSeed("nodes"))
  )
})
