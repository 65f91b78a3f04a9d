import { assert, describe, it } from "@effect/vitest"
import { SpendState, type Spend } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"
import { WatchList } from "../src/WatchList.ts"
import * as WatchPlan from "@scnmnt/core/WatchPlan"
import { DateTime, Duration, Option } from "effect"
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

const numbers = (ids: ReadonlyArray<TaskId>) => ids.map((id) => Number(id.slice(-4)))

describe("WatchList", () => {
  it("keeps of a task what a change leaves alone, and takes the change even from one who puts back what it got", () => {
    const list = new WatchList(policy)
    list.put(sighted(1), { held: true, lookedUpAt: at(1), askedAt: at(1) })
    const before = list.get(taskId(1))
    assert(before !== undefined)
    list.put(before, { askedAt: at(2) })
    assert.deepStrictEqual(list.get(taskId(1)), { ...before, askedAt: at(2) })
    list.put({ ...sighted(1), task: Option.some(running) }, { lookedUpAt: at(3) })
    assert.deepStrictEqual(list.get(taskId(1)), {
      spend: before.spend,
      task: Option.some(running),
      history: WatchPlan.unseen,
      held: true,
      askedAt: at(2),
      lookedUpAt: at(3)
    })
  })

  it("begins anew with a spend that was opened again, and hears no more of what came before", () => {
    const list = new WatchList(policy)
    list.put(sighted(1), { held: true, lookedUpAt: at(1), history: { ...WatchPlan.unseen, seen: true } })
    list.put(sighted(1, { opening: 2 }), {})
    const again = list.get(taskId(1))
    assert.deepStrictEqual([again?.spend.opening, again?.held, again?.lookedUpAt], [2, false, undefined])
    assert.deepStrictEqual(again?.history, WatchPlan.unseen)
    list.put(sighted(1), { held: true })
    assert.deepStrictEqual(list.get(taskId(1)), again)
  })

  it("has nothing in mind of one that was dropped", () => {
    const list = new WatchList(policy)
    list.put(sighted(1), { held: true, lookedUpAt: at(1), history: { ...WatchPlan.unseen, seen: true } })
    list.drop(taskId(1))
    assert.strictEqual(list.get(taskId(1)), undefined)
    list.put(sighted(1), {})
    assert.deepStrictEqual(list.get(taskId(1))?.history, WatchPlan.unseen)
  })

  it("names those whose turn it is", () => {
    const list = new WatchList(policy)
    list.put(sighted(1), {})
    list.put(sighted(2), { lookedUpAt: at(598) })
    list.put(sighted(3), { lookedUpAt: at(598), askedAt: at(590) })
    list.put(sighted(4), { lookedUpAt: at(570) })
    assert.deepStrictEqual(numbers(list.due(at(600)).map(({ spend }) => spend.taskId)), [1, 3, 4])
  })

  it("names those whose lease has run for half its time, and that are held", () => {
    const list = new WatchList(policy)
    list.put(sighted(1), { held: true })
    list.put(sighted(2, { lease: { holder: "me", until: at(31) } }), { held: true })
    list.put(sighted(3), { held: false })
    assert.deepStrictEqual(numbers(list.expiring(at(15))), [])
    assert.deepStrictEqual(numbers(list.expiring(at(15.5))), [1])
    assert.deepStrictEqual(numbers(list.expiring(at(100))), [1, 2])
  })

  it("forgets what is another's once nobody asks for it any more", () => {
    const list = new WatchList(policy)
    list.put(sighted(1), { held: true })
    list.put(sighted(2), { askedAt: at(10) })
    list.put(sighted(3), { askedAt: at(20) })
    list.sweep(at(25))
    assert.deepStrictEqual(numbers(list.due(at(25)).map(({ spend }) => spend.taskId)), [1, 3])
  })
})
