import { assert, describe, it } from "@effect/vitest"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import * as ImageRequest from "@scnmnt/core/ImageRequest"
import { IdempotencyKeyReused } from "@scnmnt/core/ports/QuotaStore"
import { Prompt } from "@scnmnt/core/Prompt"
import type { RefundReason } from "@scnmnt/core/Spend"
import * as TaskId from "@scnmnt/core/TaskId"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect, Exit } from "effect"
import {
  account,
  balance,
  callsMade,
  grant,
  inShort,
  inTime,
  onlyTask,
  tasksAskedAbout,
  order,
  request,
  spendThatIs,
  stateOf,
  world
} from "./support.ts"
import {
  always,
  busy,
  down,
  failed,
  finds,
  lost,
  missing,
  queued,
  rejected,
  running,
  succeeded,
  type LookUpTurn,
  type SubmitTurn
} from "./turns.ts"

const upstream = TestImageUpstream
const idempotencyKey = IdempotencyKey.make("order-1")
const orderWithKey = { ...order, idempotencyKey }
const generate = inTime(ImageGeneration.generate(orderWithKey))

interface Row {
  readonly what: string
  /** What has become of the spend before the repeat. */
  readonly was: "Open" | "Settled" | RefundReason
  readonly submits?: ReadonlyArray<SubmitTurn>
  readonly lookUps?: ReadonlyArray<LookUpTurn>
  /** What the upstream is asked by the repeat. */
  readonly calls: string
  /** The task's status or the error, the spend, and the credits left of 10. */
  readonly is: readonly [answer: string, spend: string, left: number]
}

/** Every way that a repeat can take, by how the spend stands and what the upstream says. */
const ways: ReadonlyArray<Row> = [
  { what: "there", was: "Open", lookUps: [finds(queued)], calls: "L", is: ["Queued", "Open", 9] },
  { what: "running", was: "Open", lookUps: [finds(running)], calls: "L", is: ["Running", "Open", 9] },
  { what: "done", was: "Open", lookUps: [finds(succeeded)], calls: "L", is: ["Completed", "Settled", 9] },
  { what: "failed", was: "Open", lookUps: [finds(failed)], calls: "L", is: ["Failed", "Refunded failed", 10] },
  { what: "missing", was: "Open", calls: "LS", is: ["Queued", "Open", 9] },
  {
    what: "missing, rejected, missing",
    was: "Open",
    submits: [rejected],
    calls: "LSLL",
    is: ["RequestRejected", "Refunded rejected", 10]
  },
  {
    what: "missing, rejected, there",
    was: "Open",
    submits: [rejected],
    lookUps: [missing, finds(queued)],
    calls: "LSL",
    is: ["Queued", "Open", 9]
  },
  {
    what: "missing, busy, missing",
    was: "Open",
    submits: always(busy),
    calls: "LSSSSSSLL",
    is: ["UpstreamUnavailable", "Refunded not-accepted", 10]
  },
  {
    what: "missing, busy, can't be asked",
    was: "Open",
    submits: always(busy),
    lookUps: [missing, down],
    calls: "LSSSSSSL",
    is: ["Queued", "Open", 9]
  },
  {
    what: "missing, lost, missing",
    was: "Open",
    submits: always(lost),
    calls: "LSSSSSSLL",
    is: ["UpstreamNotAnswering", "Refunded not-accepted", 10]
  },
  { what: "can't be asked", was: "Open", lookUps: [down], calls: "L", is: ["Queued", "Open", 9] },

  { what: "done", was: "Settled", lookUps: [finds(succeeded)], calls: "L", is: ["Completed", "Settled", 9] },
  { what: "can't be asked", was: "Settled", lookUps: [down], calls: "L", is: ["Completed", "Settled", 9] },

  { what: "final", was: "failed", calls: "", is: ["Failed", "Refunded failed", 10] },
  { what: "final", was: "no-image", calls: "", is: ["Failed", "Refunded no-image", 10] },
  { what: "final", was: "missing", calls: "", is: ["Failed", "Refunded missing", 10] },
  { what: "final", was: "timed-out", calls: "", is: ["Failed", "Refunded timed-out", 10] }
]

/** An order whose process died after it had paid, and what the books say of it by now. */
const earlier = Effect.fnUntraced(function* (was: Row["was"]) {
  const taskId = yield* TaskId.derive(account, idempotencyKey)
  return yield* spendThatIs(was, { taskId, requestHash: yield* ImageRequest.hash(request) })
})

describe("a repeated order", () => {
  it.effect.each(ways)("$was, then $what: $calls, $is", ({ was, submits = [], lookUps = [], calls, is }) =>
    Effect.gen(function* () {
      const id = yield* earlier(was)
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...submits))
      yield* upstream.use(({ nextLookUps }) => nextLookUps(...lookUps))
      const exit = yield* generate
      const [answer, spend, left] = is
      assert.strictEqual(yield* callsMade, calls)
      assert.includeMembers([id], yield* tasksAskedAbout)
      assert.strictEqual(inShort(exit), answer)
      assert.strictEqual(yield* stateOf(id), spend)
      assert.strictEqual(yield* balance, left)
      if (Exit.isSuccess(exit)) {
        assert.strictEqual(exit.value.task.taskId, id)
        assert.strictEqual(exit.value.remainingCredits, left)
        assert.isTrue(exit.value.replayed)
      }
    }).pipe(Effect.provide(world))
  )

  it.effect.each(["rejected", "unavailable", "not-accepted"] as const)(
    "after a refund as %s is paid and submitted again, under the same id",
    (reason) =>
      Effect.gen(function* () {
        const id = yield* earlier(reason)
        assert.strictEqual(yield* balance, 10)
        const { task, remainingCredits, replayed } = yield* Effect.flatten(generate)
        assert.strictEqual(task.status._tag, "Queued")
        assert.strictEqual(task.taskId, id)
        assert.strictEqual(yield* callsMade, "S")
        assert.strictEqual(yield* onlyTask, id)
        assert.strictEqual(yield* stateOf(id), "Open")
        assert.deepStrictEqual([yield* balance, remainingCredits, replayed], [9, 9, false])
      }).pipe(Effect.provide(world))
  )

  it.effect("that asks for something else is refused, and changes nothing", () =>
    Effect.gen(function* () {
      const id = yield* earlier("Open")
      const other = { ...orderWithKey, request: { ...request, prompt: Prompt.make("a green fox") } }
      assert.deepStrictEqual(yield* Effect.flip(ImageGeneration.generate(other)), new IdempotencyKeyReused())
      assert.strictEqual(yield* callsMade, "")
      assert.strictEqual(yield* stateOf(id), "Open")
      assert.strictEqual(yield* balance, 9)
    }).pipe(Effect.provide(world))
  )

  it.effect("at the same time as the first is paid once and leads to the same task", () =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextSubmits }) => nextSubmits((task) => Effect.delay(task, "5 seconds")))
      const order = ImageGeneration.generate(orderWithKey)
      const orders = yield* Effect.flatten(inTime(Effect.all([order, order, order], { concurrency: 3 })))
      assert.strictEqual(new Set(orders.map(({ task }) => task.taskId)).size, 1)
      assert.deepStrictEqual(orders.map(({ replayed }) => replayed).toSorted(), [false, true, true])
      assert.strictEqual(yield* balance, 9)
    }).pipe(Effect.provide(world))
  )
})
