import { assert, describe, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { taskId } from "./support.ts"
import { failed, running, succeeded, withoutImage } from "./turns.ts"
import { credits, leaveTasks, left, openTasks, startNode, statesOf, timesOf } from "./watching.ts"

const upstream = TestImageUpstream
const id = taskId(1)

/** What the upstream may come to do. */
const does = {
  running: upstream.use(({ set }) => set(id, running)),
  succeeded: upstream.use(({ set }) => set(id, succeeded)),
  "without image": upstream.use(({ set }) => set(id, withoutImage)),
  failed: upstream.use(({ set }) => set(id, failed)),
  forgets: upstream.use(({ forget }) => forget(id)),
  "goes down": upstream.use(({ lookUpsFail }) => lookUpsFail(true)),
  "comes back": upstream.use(({ lookUpsFail }) => lookUpsFail(false))
}
type Doing = readonly [what: keyof typeof does, seconds: number]

const rows: ReadonlyArray<{ readonly what: string; readonly doings: ReadonlyArray<Doing>; readonly is: string }> = [
  { what: "it runs", doings: [["running", 600]], is: "Open" },
  {
    what: "it succeeds",
    doings: [
      ["running", 60],
      ["succeeded", 10]
    ],
    is: "Settled"
  },
  {
    what: "it succeeds late",
    doings: [
      ["running", 1500],
      ["succeeded", 40]
    ],
    is: "Settled"
  },
  {
    what: "it succeeds without an image",
    doings: [
      ["running", 60],
      ["without image", 10]
    ],
    is: "no-image"
  },
  {
    what: "it fails",
    doings: [
      ["running", 60],
      ["failed", 10]
    ],
    is: "failed"
  },
  { what: "it was never there", doings: [["forgets", 70]], is: "not-accepted" },
  { what: "it is not there, within the grace", doings: [["forgets", 58]], is: "Open" },
  {
    what: "it is forgotten",
    doings: [
      ["running", 60],
      ["forgets", 80]
    ],
    is: "missing"
  },
  {
    what: "it is forgotten, within the grace",
    doings: [
      ["running", 60],
      ["forgets", 55]
    ],
    is: "Open"
  },
  {
    what: "it shows late",
    doings: [
      ["forgets", 50],
      ["running", 60],
      ["succeeded", 20]
    ],
    is: "Settled"
  },
  {
    what: "it shows late and goes again",
    doings: [
      ["forgets", 50],
      ["running", 20],
      ["forgets", 50]
    ],
    is: "Open"
  },
  { what: "it never ends", doings: [["running", 1835]], is: "timed-out" },
  { what: "nobody answers", doings: [["goes down", 1835]], is: "timed-out" },
  { what: "nobody answers, before the deadline", doings: [["goes down", 1790]], is: "Open" },
  {
    what: "nobody answers for a while, and it was done meanwhile",
    doings: [
      ["running", 60],
      ["goes down", 600],
      ["succeeded", 600],
      ["comes back", 40]
    ],
    is: "Settled"
  },
  {
    what: "nobody answers for a while, and it is gone then",
    doings: [
      ["running", 60],
      ["goes down", 300],
      ["forgets", 1],
      ["comes back", 40]
    ],
    is: "Open"
  },
  {
    what: "it succeeds after its refund",
    doings: [
      ["running", 60],
      ["failed", 10],
      ["succeeded", 600]
    ],
    is: "failed"
  },
  {
    what: "it fails after its image",
    doings: [
      ["succeeded", 10],
      ["failed", 600]
    ],
    is: "Settled"
  },
  {
    what: "it succeeds after its deadline",
    doings: [
      ["goes down", 1835],
      ["succeeded", 1],
      ["comes back", 600]
    ],
    is: "timed-out"
  }
]

describe("the watcher, without anybody asking", () => {
  it.effect.each(rows)("$what: $is", ({ doings, is }) =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory)
      yield* openTasks(node, 1)
      for (const [what, seconds] of doings) {
        yield* does[what]
        yield* TestClock.adjust(`${seconds} seconds`)
      }
      assert.deepStrictEqual(statesOf(memory), [is])
      assert.strictEqual(left(memory), is === "Open" || is === "Settled" ? credits - 1 : credits)
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("believes that a task is missing after two look-ups at least, however long the grace is over", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory)
      yield* openTasks(node, 1)
      yield* does.running
      // Old enough to be looked up every 30 seconds.
      yield* TestClock.adjust("15 minutes")
      yield* does.forgets
      const before = (yield* timesOf(id)).length
      yield* TestClock.adjust("59 seconds")
      assert.deepStrictEqual(statesOf(memory), ["Open"])
      yield* TestClock.adjust("75 seconds")
      assert.deepStrictEqual(statesOf(memory), ["missing"])
      assert.isAtLeast((yield* timesOf(id)).length - before, 2)
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("does not say of a task that was accepted, and lost before the first look-up, that it never was", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const { watcher, ...node } = yield* startNode(memory)
      const follow: typeof watcher.follow = ({ spend }) => watcher.follow({ spend, task: Option.some(running) })
      yield* openTasks({ ...node, watcher: { ...watcher, follow } }, 1)
      yield* TestClock.adjust("70 seconds")
      assert.deepStrictEqual(statesOf(memory), ["missing"])
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("takes up what an earlier process left, as soon as it may", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const first = yield* startNode(memory)
      yield* leaveTasks(first, 250)
      yield* first.stop
      yield* TestClock.adjust("1 hour")
      yield* startNode(memory)
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(statesOf(memory), ["timed-out"])
      assert.strictEqual(left(memory), credits)
    }).pipe(Effect.provide(upstream.layer))
  )

  it.effect("asks nothing more once its layer is gone", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory)
      yield* openTasks(node, 1)
      yield* does.running
      yield* TestClock.adjust("1 minute")
      yield* node.stop
      const before = yield* timesOf(id)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* timesOf(id), before)
      assert.deepStrictEqual(statesOf(memory), ["Open"])
    }).pipe(Effect.provide(upstream.layer))
  )
})
