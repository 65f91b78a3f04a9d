import { assert, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { nodeOf } from "../contracts/quota-store/TestBooks.ts"
import * as Client from "./Client.ts"
import { nameOf } from "./Oracle.ts"
import * as Process from "./Process.ts"
import { onTestClock } from "./run.ts"
import * as World from "./World.ts"

const order = {
  account: World.accounts[0],
  idempotencyKey: World.keys[0],
  request: { prompt: World.prompt, size: "1:1", references: [] }
} as const

it.live("a node that remembers an earlier charge for a task leaves the later one its time", () =>
  Effect.gen(function* () {
    const memory = MemoryQuotaStore.empty()
    const world = yield* World.scripted(nodeOf(MemoryQuotaStore.layer(memory)), () => "busy")
    const { oracle } = world
    const [payer, reader] = [yield* Process.start(world), yield* Process.start(world)]
    yield* Client.checkIn(payer, order.account)
    const first = yield* Client.order(oracle, payer, order)
    yield* TestClock.adjust("1 second")
    const [id] = oracle.charges.keys()
    assert(id !== undefined)
    // The reader looks for the task from now on and does not find it, which is the payer's to tell for the time being.
    for (let second = 0; second < 25; second += 5) {
      yield* Client.read(oracle, reader, id)
      if (first.heard === undefined) yield* TestClock.adjust("5 seconds")
    }
    assert.strictEqual(first.heard, "UpstreamUnavailable")
    yield* Client.order(oracle, payer, order)
    yield* TestClock.adjust("6 seconds")
    const charge = oracle.charges.get(id)
    assert.deepStrictEqual([charge?.opening, charge && nameOf(charge.state)], [2, "Open"])
    yield* TestClock.adjust("1 minute")
    assert.deepStrictEqual(oracle.violations, [])
  }).pipe((history) => onTestClock(history, 1))
)
