import { assert, describe, it } from "@effect/vitest"
import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect } from "effect"
import { account, balance, grant, inTime, onlyTask, order, stateOf, world } from "./support.ts"
import {
  answers,
  busy,
  always,
  failed,
  lost,
  missing,
  rejected,
  succeeded,
  type LookUpTurn,
  type SubmitTurn
} from "./turns.ts"

/** Ends the spend as another node would, while this one is at its turn. */
const elsewhere = Effect.gen(function* () {
  const upstream = yield* TestImageUpstream
  const { settle, refund } = yield* QuotaStore
  const first = Effect.map(Effect.provideService(onlyTask, TestImageUpstream, upstream), (taskId) => ({
    taskId,
    opening: 1
  }))
  const settled = Effect.orDie(Effect.flatMap(first, settle))
  const refunded = Effect.orDie(Effect.flatMap(first, (opening) => refund(opening, "not-accepted")))
  return {
    settles:
      (turn: LookUpTurn): LookUpTurn =>
      (found) =>
        Effect.andThen(settled, turn(found)),
    refunds:
      (turn: SubmitTurn): SubmitTurn =>
      (task) =>
        Effect.andThen(refunded, turn(task))
  }
})
const generate = Effect.flatten(inTime(ImageGeneration.generate(order)))

describe("an order", () => {
  it.effect("is paid for before the upstream hears of it", () =>
    Effect.gen(function* () {
      yield* grant
      const store = yield* QuotaStore
      const seen: Array<string> = []
      yield* TestImageUpstream.use(({ nextSubmits }) =>
        nextSubmits((task) =>
          Effect.andThen(
            Effect.map(Effect.orDie(store.status(account)), ({ balance }) => seen.push(`${balance} left`)),
            task
          )
        )
      )
      yield* generate
      assert.deepStrictEqual(seen, ["9 left"])
    }).pipe(Effect.provide(world))
  )
})

describe("an order that another node ends meanwhile", () => {
  it.effect("with an image is answered with its task, whatever this one found", () =>
    Effect.gen(function* () {
      yield* grant
      const { settles } = yield* elsewhere
      const { nextSubmits, nextLookUps } = yield* TestImageUpstream
      yield* nextSubmits(lost, rejected)
      yield* nextLookUps(settles(missing))
      const { task, remainingCredits } = yield* generate
      assert.strictEqual(task.status._tag, "Completed")
      assert.strictEqual(remainingCredits, 9)
      assert.strictEqual(yield* stateOf(task.taskId), "Settled")
      assert.strictEqual(yield* balance, 9)
    }).pipe(Effect.provide(world))
  )

  it.effect.each([
    { what: "done", turn: answers(succeeded) },
    { what: "failed", turn: answers(failed) }
  ])("without one stays failed, its credit back once: $what", ({ turn }) =>
    Effect.gen(function* () {
      yield* grant
      const { refunds } = yield* elsewhere
      yield* TestImageUpstream.use(({ nextSubmits }) => nextSubmits(refunds(turn)))
      const { task, remainingCredits } = yield* generate
      assert.strictEqual(task.status._tag, "Failed")
      assert.strictEqual(remainingCredits, 10)
      assert.strictEqual(yield* stateOf(task.taskId), "Refunded not-accepted")
      assert.strictEqual(yield* balance, 10)
    }).pipe(Effect.provide(world))
  )

  it.effect("without one is refunded once, whatever this one found", () =>
    Effect.gen(function* () {
      yield* grant
      const { refunds } = yield* elsewhere
      yield* TestImageUpstream.use(({ nextSubmits }) => nextSubmits(...always(refunds(busy))))
      assert.strictEqual((yield* Effect.flip(generate))._tag, "UpstreamUnavailable")
      assert.strictEqual(yield* stateOf(yield* onlyTask), "Refunded not-accepted")
      assert.strictEqual(yield* balance, 10)
    }).pipe(Effect.provide(world))
  )
})
