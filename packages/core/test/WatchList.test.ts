import { assert, describe, it } from "@effect/vitest"
import { SpendState, type Spend } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"
import { WatchList } from "../src/WatchList.ts"
import * as WatchPlan from "@scnmnt/core/WatchPlan"
import { DateTime, Duration, Effect, Option } from "effect"
import { account, taskId } from "./support.ts"
import { running } from "./turns.ts"

const policy = {
  pollInterval: Duration.seconds(2),
  missingGrace: Duration.seconds(60),
  deadline: Duration.minutes(30),
  lease: Duration.seconds(30)
}
const at = (seconds: number) => DateTime.makeUnsafe(seconds * 1000)

const sighted = (index: number, change: Partial<Spend> = {}) => ({
  spend: {
    taskId: taskId(index),
    account,
    requestHash: "hash",
    mode: "text",
    size: "1:1",
    state: SpendState.cases.Open.make({}),
    opening: 1,
    lease: { holder: "me", until: at(30) },
    createdAt: at(0),
    updatedAt: at(0),
    ...change
  } satisfies Spend,
  task: Option.none()
})

/** The lease that another process has until then. */
const elsewhere = (until: number) => ({ lease: { holder: "another", until: at(until) } })

const numbers = (ids: ReadonlyArray<TaskId>) => ids.map((id) => Number(id.slice(-4)))

describe("WatchList", () => {
  it("keeps of a task what a change leaves alone, and takes the change even from one who puts back what it got", () => {
    const list = new WatchList(policy, "me")
    list.put(sighted(1), { lookedUpAt: at(1), askedAt: at(1) })
    const before = list.get(taskId(1))
    assert(before !== undefined)
    list.put(before, { askedAt: at(2) })
    assert.deepStrictEqual(list.get(taskId(1)), { ...before, askedAt: at(2) })
    list.put({ ...sighted(1), task: Option.some(running) }, { lookedUpAt: at(3) })
    assert.deepStrictEqual(list.get(taskId(1)), {
      spend: before.spend,
      task: Option.some(running),
      history: WatchPlan.unseen,
      askedAt: at(2),
      lookedUpAt: at(3)
    })
  })

  it("begins anew with a spend that was opened again, and hears no more of what came before", () => {
    const list = new WatchList(policy, "me")
    list.put(sighted(1), { lookedUpAt: at(1), history: { ...WatchPlan.unseen, seen: true } })
    list.put(sighted(1, { opening: 2 }), {})
    const again = list.get(taskId(1))
    assert.deepStrictEqual([again?.spend.opening, again?.lookedUpAt], [2, undefined])
    assert.deepStrictEqual(again?.history, WatchPlan.unseen)
    list.put(sighted(1), {})
    assert.deepStrictEqual(list.get(taskId(1)), again)
  })

  it("has nothing in mind of one that was dropped", () => {
    const list = new WatchList(policy, "me")
    list.put(sighted(1), { lookedUpAt: at(1), history: { ...WatchPlan.unseen, seen: true } })
    list.drop(taskId(1))
    assert.strictEqual(list.get(taskId(1)), undefined)
    list.put(sighted(1), {})
    assert.deepStrictEqual(list.get(taskId(1))?.history, WatchPlan.unseen)
  })

  it("names those whose turn it is", () => {
    const list = new WatchList(policy, "me")
    list.put(sighted(1), {})
    list.put(sighted(2), { lookedUpAt: at(598) })
    list.put(sighted(3), { lookedUpAt: at(598), askedAt: at(590) })
    list.put(sighted(4), { lookedUpAt: at(570) })
    assert.deepStrictEqual(numbers(list.due(at(600)).map(({ spend }) => spend.taskId)), [1, 3, 4])
  })

  it("keeps the later of two looks at a spend, whichever comes first, with what is known of its task", () => {
    const list = new WatchList(policy, "me")
    list.put({ ...sighted(1), task: Option.some(running) }, { lookedUpAt: at(1) })
    list.note(sighted(1, elsewhere(60)).spend)
    list.put(sighted(1), {})
    list.note(sighted(1, elsewhere(50)).spend)
    assert.deepStrictEqual(list.get(taskId(1))?.spend.lease, elsewhere(60).lease)
    list.put({ ...sighted(2), task: Option.some(running) }, {})
    list.note(sighted(2, elsewhere(60)).spend)
    assert.deepStrictEqual(list.get(taskId(2))?.task, Option.some(running))
    list.note(sighted(2, { opening: 2 }).spend)
    assert.deepStrictEqual(list.get(taskId(2))?.task, Option.none())
  })

  it.effect("names those of others whose turn it is: asked for here, or waited for", () =>
    Effect.gen(function* () {
      const list = new WatchList(policy, "me")
      for (const index of [1, 2, 3, 4]) list.put(sighted(index, elsewhere(700)), { lookedUpAt: at(500) })
      list.put(sighted(2, elsewhere(700)), { askedAt: at(590) })
      list.put(sighted(3, elsewhere(700)), { askedAt: at(590), lookedUpAt: at(580) })
      yield* Effect.forkChild(list.next(sighted(4)), { startImmediately: true })
      assert.deepStrictEqual(numbers(list.due(at(600)).map(({ spend }) => spend.taskId)), [2, 4])
    })
  )

  it.effect("names those of which the books may know more", () =>
    Effect.gen(function* () {
      const list = new WatchList(policy, "me")
      list.put(sighted(1), {})
      list.put(sighted(2, elsewhere(60)), {})
      list.put(sighted(3, elsewhere(60)), {})
      list.put(sighted(4, elsewhere(20)), {})
      yield* Effect.forEach([1, 2], (index) => Effect.forkChild(list.next(sighted(index)), { startImmediately: true }))
      assert.deepStrictEqual(numbers(list.stale(at(30))), [2, 4])
    })
  )

  it("names those whose lease has run for half its time, and that are held", () => {
    const list = new WatchList(policy, "me")
    list.put(sighted(1), {})
    list.put(sighted(2, { lease: { holder: "me", until: at(31) } }), {})
    list.put(sighted(3, elsewhere(30)), {})
    assert.deepStrictEqual(numbers(list.expiring(at(15))), [])
    assert.deepStrictEqual(numbers(list.expiring(at(15.5))), [1])
    assert.deepStrictEqual(numbers(list.expiring(at(100))), [1, 2])
  })

  it("forgets what is another's once nobody asks for it any more, and it would be looked up again", () => {
    const list = new WatchList(policy, "me")
    list.put(sighted(1), {})
    list.put(sighted(2, elsewhere(60)), { askedAt: at(10), lookedUpAt: at(12) })
    list.put(sighted(3, elsewhere(60)), { askedAt: at(20), lookedUpAt: at(12) })
    list.put(sighted(4, elsewhere(60)), { askedAt: at(10), lookedUpAt: at(20) })
    list.sweep(at(30))
    assert.deepStrictEqual(
      [1, 2, 3, 4].filter((index) => list.get(taskId(index)) !== undefined),
      [1, 3, 4]
    )
  })
})
