import { assert, describe, it } from "@effect/vitest"
import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import { TaskStatus } from "@scnmnt/core/ImageTask"
import { InsufficientCredits } from "@scnmnt/core/ports/QuotaStore"
import { loseAnswer, TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Duration, Effect, Exit, Stream } from "effect"
import { TestClock } from "effect/testing"
import { balance, callsMade, grant, inShort, inTime, onlyTask, order, request, stateOf, world } from "./support.ts"
import {
  always,
  answers,
  busy,
  busyFor,
  denied,
  down,
  failed,
  finds,
  image,
  lost,
  missing,
  rejected,
  running,
  succeeded,
  withoutImage,
  type LookUpTurn,
  type SubmitTurn
} from "./turns.ts"

const upstream = TestImageUpstream
const generate = inTime(ImageGeneration.generate(order))
const refusal = Effect.flatten(inTime(Effect.flip(ImageGeneration.generate(order))))

interface Row {
  readonly what: string
  readonly submits?: ReadonlyArray<SubmitTurn>
  readonly lookUps?: ReadonlyArray<LookUpTurn>
  /** The task's status or the error, the spend, and the credits left of 10. */
  readonly is: readonly [answer: string, spend: string, left: number]
}

/** Every way that an order can take, by what the upstream does. */
const ways: ReadonlyArray<Row> = [
  { what: "accepted", is: ["Queued", "Open", 9] },
  { what: "accepted, running already", submits: [answers(running)], is: ["Running", "Open", 9] },
  { what: "done at once", submits: [answers(succeeded)], is: ["Completed", "Settled", 9] },
  { what: "failed at once", submits: [answers(failed)], is: ["Failed", "Refunded failed", 10] },
  { what: "no image at once", submits: [answers(withoutImage)], is: ["Failed", "Refunded no-image", 10] },
  { what: "accepted at the second try", submits: [busy], is: ["Queued", "Open", 9] },
  { what: "accepted at the third try, the first lost", submits: [loseAnswer, busy], is: ["Queued", "Open", 9] },

  { what: "rejected", submits: [rejected], is: ["RequestRejected", "Refunded rejected", 10] },
  { what: "shut out", submits: [denied], is: ["UpstreamAccessDenied", "Refunded rejected", 10] },

  { what: "lost, rejected, there", submits: [loseAnswer, rejected], is: ["Queued", "Open", 9] },
  {
    what: "lost, rejected, done",
    submits: [lost, rejected],
    lookUps: [finds(succeeded)],
    is: ["Completed", "Settled", 9]
  },
  {
    what: "lost, rejected, failed",
    submits: [lost, rejected],
    lookUps: [finds(failed)],
    is: ["Failed", "Refunded failed", 10]
  },
  {
    what: "lost, rejected, there late",
    submits: [loseAnswer, rejected],
    lookUps: [missing],
    is: ["Queued", "Open", 9]
  },
  { what: "lost, rejected, missing", submits: [lost, rejected], is: ["RequestRejected", "Refunded rejected", 10] },
  { what: "lost, shut out, missing", submits: [lost, denied], is: ["UpstreamAccessDenied", "Refunded rejected", 10] },
  { what: "lost, rejected, can't be asked", submits: [lost, rejected], lookUps: [down], is: ["Queued", "Open", 9] },
  {
    what: "lost, rejected, can't be asked twice",
    submits: [lost, rejected],
    lookUps: [missing, down],
    is: ["Queued", "Open", 9]
  },

  { what: "busy, missing", submits: always(busy), is: ["UpstreamUnavailable", "Refunded unavailable", 10] },
  { what: "busy, there", submits: always(busy), lookUps: [finds(running)], is: ["Running", "Open", 9] },
  {
    what: "busy, can't be asked",
    submits: always(busy),
    lookUps: [down],
    is: ["UpstreamUnavailable", "Refunded unavailable", 10]
  },
  { what: "busy for long, missing", submits: [busyFor(60)], is: ["UpstreamUnavailable", "Refunded unavailable", 10] },

  { what: "lost, there", submits: always(loseAnswer), is: ["Queued", "Open", 9] },
  { what: "lost, missing", submits: always(lost), is: ["UpstreamNotAnswering", "Refunded not-accepted", 10] },
  { what: "lost, can't be asked", submits: always(lost), lookUps: [down], is: ["Queued", "Open", 9] },
  {
    what: "lost, busy, missing",
    submits: [lost, ...always(busy)],
    is: ["UpstreamUnavailable", "Refunded not-accepted", 10]
  },
  { what: "lost, busy, can't be asked", submits: [lost, ...always(busy)], lookUps: [down], is: ["Queued", "Open", 9] }
]

describe("an order", () => {
  it.effect.each(ways)("$what: $is", ({ submits = [], lookUps = [], is: [answer, spend, left] }) =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...submits))
      yield* upstream.use(({ nextLookUps }) => nextLookUps(...lookUps))
      const exit = yield* generate
      assert.strictEqual(inShort(exit), answer)
      assert.strictEqual(yield* stateOf(yield* onlyTask), spend)
      assert.strictEqual(yield* balance, left)
      if (Exit.isSuccess(exit)) {
        assert.strictEqual(exit.value.remainingCredits, left)
        assert.isFalse(exit.value.replayed)
      }
    }).pipe(Effect.provide(world))
  )

  it.effect("answers with all that is known of the task", () =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextSubmits }) => nextSubmits(answers(succeeded)))
      const { task } = yield* ImageGeneration.generate(order)
      const status = TaskStatus.cases.Completed.make({ image, revisedPrompt: "a very red fox" })
      assert.deepStrictEqual(task.status, status)
      assert.strictEqual(task.taskId, yield* onlyTask)
      assert.deepInclude(task, { account: order.account, mode: "text", size: "16:9" })
      assert.notProperty(task, "requestHash")
      assert.notProperty(task, "lease")
    }).pipe(Effect.provide(world))
  )

  it.effect("with reference images paints from them", () =>
    Effect.gen(function* () {
      yield* grant
      const reference = { name: "fox.png", type: "image/png", size: 1, content: Stream.empty } as const
      const { task } = yield* ImageGeneration.generate({ ...order, request: { ...request, references: [reference] } })
      assert.strictEqual(task.mode, "image")
    }).pipe(Effect.provide(world))
  )

  it.effect("tells when the upstream wants to be asked again", () =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextSubmits }) => nextSubmits(busyFor(60)))
      const error = yield* refusal
      const taskId = yield* onlyTask
      const retryAfter = Duration.seconds(60)
      assert.deepStrictEqual(error, new ImageGeneration.UpstreamUnavailable({ taskId, retryAfter }))
    }).pipe(Effect.provide(world))
  )

  it.effect.each([
    { what: "accepted", submits: [], lookUps: [] },
    { what: "lost, and can't be asked", submits: always(lost), lookUps: [down] }
  ])("is followed once it is answered, without anybody asking: $what", ({ submits, lookUps }) =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...submits))
      yield* upstream.use(({ nextLookUps }) => nextLookUps(...lookUps))
      const { task } = yield* Effect.flatten(generate)
      yield* upstream.use(({ set }) => set(task.taskId, succeeded))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* stateOf(task.taskId), "Settled")
    }).pipe(Effect.provide(world))
  )

  it.effect("without a credit does not reach the upstream", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal, new InsufficientCredits())
      assert.strictEqual(yield* callsMade, "")
    }).pipe(Effect.provide(world))
  )

  it.effect("without a key is another one each time", () =>
    Effect.gen(function* () {
      yield* grant
      const one = yield* ImageGeneration.generate(order)
      const other = yield* ImageGeneration.generate(order)
      assert.notStrictEqual(one.task.taskId, other.task.taskId)
      assert.strictEqual(yield* balance, 8)
    }).pipe(Effect.provide(world))
  )
})
