import { assert, describe, it } from "@effect/vitest"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { loseAnswer, TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Duration, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { balance, callsMade, grant, inTime, onlyTask, order, request, stateOf, world, worldOn } from "./support.ts"
import { answers, down, failed, lost, rejected, succeeded, type LookUpTurn, type SubmitTurn } from "./turns.ts"

/** Takes a second before it is done, and one after. */
const slowly = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.delay("1 second"),
    Effect.tap(() => Effect.sleep("1 second"))
  )

const slowStore = Layer.effect(
  QuotaStore,
  Effect.map(QuotaStore, (store) =>
    QuotaStore.of({
      ...store,
      spend: (request) => slowly(store.spend(request)),
      settle: (opening) => slowly(store.settle(opening)),
      refund: (opening, reason) => slowly(store.refund(opening, reason))
    })
  )
).pipe(Layer.provide(MemoryQuotaStore.layer()))

interface Row {
  readonly what: string
  readonly submits: ReadonlyArray<SubmitTurn>
  readonly lookUps: ReadonlyArray<LookUpTurn>
  /** The spend, the credits left of 10, and the calls before the watcher's. */
  readonly ends: readonly [spend: string, left: number, calls: string]
}

const ways: ReadonlyArray<Row> = [
  { what: "accepted", submits: [], lookUps: [], ends: ["Open", 9, "S"] },
  { what: "done at once", submits: [answers(succeeded)], lookUps: [], ends: ["Settled", 9, "S"] },
  { what: "failed at once", submits: [answers(failed)], lookUps: [], ends: ["Refunded failed", 10, "S"] },
  { what: "rejected", submits: [rejected], lookUps: [], ends: ["Refunded rejected", 10, "S"] },
  { what: "lost, rejected, there", submits: [loseAnswer, rejected], lookUps: [], ends: ["Open", 9, "SSL"] },
  { what: "lost, rejected, missing", submits: [lost, rejected], lookUps: [], ends: ["Refunded rejected", 10, "SSLL"] },
  { what: "lost, rejected, can't be asked", submits: [lost, rejected], lookUps: [down], ends: ["Open", 9, "SSL"] }
]

const idempotencyKey = IdempotencyKey.make("order-1")
const moments = Array.from({ length: 16 }, (_, second) => Duration.millis(second * 1000 + 500))

describe("an order whose caller leaves", () => {
  it.effect.each(ways)("ends as if nobody had, whenever that is: $what, $ends", ({ submits, lookUps, ends }) =>
    Effect.forEach(
      moments,
      Effect.fnUntraced(
        function* (moment) {
          yield* grant
          const { nextSubmits, nextLookUps } = yield* TestImageUpstream
          yield* nextSubmits(
            ...submits.map(
              (turn): SubmitTurn =>
                (task) =>
                  slowly(turn(task))
            )
          )
          yield* nextLookUps(
            ...lookUps.map(
              (turn): LookUpTurn =>
                (found) =>
                  slowly(turn(found))
            )
          )
          const fiber = yield* Effect.forkChild(ImageGeneration.generate(order))
          yield* TestClock.adjust(moment)
          yield* inTime(Fiber.interrupt(fiber))
          const [state, left, calls] = ends
          assert.strictEqual(yield* stateOf(yield* onlyTask), state)
          assert.strictEqual(yield* balance, left)
          assert.isTrue((yield* callsMade).startsWith(calls))
          return Exit.hasInterrupts(yield* Fiber.await(fiber))
        },
        (run) => Effect.provide(run, worldOn(slowStore), { local: true })
      )
    ).pipe(
      Effect.map((wasThere) => {
        assert.isTrue(wasThere[0], "the first moment is within the order")
        assert.isFalse(wasThere.at(-1), "the last moment is after the order")
      })
    )
  )

  it.effect("before it is paid for costs nothing", () =>
    Effect.gen(function* () {
      yield* grant
      const upload = { name: "fox.png", type: "image/png", size: 1, content: Stream.never } as const
      const endless = { ...order, idempotencyKey, request: { ...request, references: [upload] } }
      const fiber = yield* Effect.forkChild(ImageGeneration.generate(endless))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* balance, 10)
      assert.strictEqual(yield* callsMade, "")
    }).pipe(Effect.provide(world))
  )
})

describe("an order that meets a defect", () => {
  const submission: SubmitTurn = () => Effect.die(new Error("a bug"))
  const lookUp: LookUpTurn = () => Effect.die(new Error("a bug"))

  it.effect.each([
    { what: "in a submission", submits: [submission], lookUps: [] },
    { what: "in a submission, later", submits: [lost, submission], lookUps: [] },
    { what: "in a look-up", submits: [lost, rejected], lookUps: [lookUp] }
  ])("$what leaves an open spend, which the watcher ends", ({ submits, lookUps }) =>
    Effect.gen(function* () {
      yield* grant
      const { nextSubmits, nextLookUps } = yield* TestImageUpstream
      yield* nextSubmits(...submits)
      yield* nextLookUps(...lookUps)
      const exit = yield* inTime(ImageGeneration.generate(order))
      assert.isTrue(Exit.hasDies(exit))
      const id = yield* onlyTask
      assert.strictEqual(yield* stateOf(id), "Open")
      assert.strictEqual(yield* balance, 9)
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* stateOf(id), "Refunded not-accepted")
      assert.strictEqual(yield* balance, 10)
    }).pipe(Effect.provide(world))
  )
})

describe("an order whose end can't be written down", () => {
  const storeWith = (broken: Partial<QuotaStore["Service"]>) =>
    Layer.effect(
      QuotaStore,
      Effect.map(QuotaStore, (store) => QuotaStore.of({ ...store, ...broken }))
    ).pipe(Layer.provide(MemoryQuotaStore.layer()))
  const fails = () => Effect.fail(new QuotaUnavailable({ cause: new Error("the disk is full") }))

  it.effect.each([
    { what: "done", submits: [answers(succeeded)] },
    { what: "failed", submits: [answers(failed)] }
  ])("is answered with the task, and stays open for the watcher: $what", ({ submits }) =>
    Effect.gen(function* () {
      yield* grant
      yield* TestImageUpstream.use(({ nextSubmits }) => nextSubmits(...submits))
      const { task, remainingCredits } = yield* ImageGeneration.generate(order)
      assert.strictEqual(task.status._tag, "Running")
      assert.strictEqual(remainingCredits, 9)
      assert.strictEqual(yield* stateOf(task.taskId), "Open")
    }).pipe(Effect.provide(worldOn(storeWith({ settle: fails, refund: fails }))))
  )

  it.effect("is not answered as if the credit were back", () =>
    Effect.gen(function* () {
      yield* grant
      yield* TestImageUpstream.use(({ nextSubmits }) => nextSubmits(rejected))
      const error = yield* Effect.flip(ImageGeneration.generate(order))
      assert.strictEqual(error._tag, "QuotaUnavailable")
      assert.strictEqual(yield* stateOf(yield* onlyTask), "Open")
    }).pipe(Effect.provide(worldOn(storeWith({ refund: fails }))))
  )
})
