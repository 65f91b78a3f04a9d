import { assert, describe, it } from "@effect/vitest"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Clock, Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { balance, inTime, spendThatIs, stateOf, taskId, world, worldOn } from "./support.ts"
import { failed, queued, running, succeeded } from "./turns.ts"

const set = (task: UpstreamTask) => TestImageUpstream.use(({ set }) => set(taskId(1), task))
const uploading = UpstreamTask.cases.Running.make({ progress: "uploading" })

describe("ImageTasks.follow", () => {
  it.effect("tells a task at every change and no more, and ends with its end", () =>
    Effect.gen(function* () {
      const id = yield* spendThatIs("Open")
      yield* set(queued)
      const told: Array<string> = []
      const follower = yield* Effect.forkChild(
        Stream.runForEach(ImageTasks.follow(id), ({ status }) =>
          Effect.sync(() => told.push(status._tag === "Running" ? `${status._tag} ${status.progress}` : status._tag))
        )
      )
      for (const task of [queued, running, running, uploading, succeeded, failed]) {
        yield* set(task)
        yield* TestClock.adjust("10 seconds")
      }
      yield* Fiber.join(follower)
      assert.deepStrictEqual(told, ["Queued", "Running painting", "Running uploading", "Completed"])
    }).pipe(Effect.provide(world))
  )

  it.effect("has nothing to tell when the task passes to another node", () =>
    Effect.gen(function* () {
      const id = yield* spendThatIs("Open")
      yield* set(running)
      const told: Array<string> = []
      yield* Effect.forkChild(
        Stream.runForEach(ImageTasks.follow(id), ({ status }) => Effect.sync(() => told.push(status._tag)))
      )
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(told, ["Running"])
    }).pipe(Effect.provide(worldOn(storeThatGivesNoLeaseTwice)))
  )
  const storeThatGivesNoLeaseTwice = Layer.effect(
    QuotaStore,
    Effect.map(QuotaStore, (store) => QuotaStore.of({ ...store, renew: () => Effect.succeed([]) }))
  ).pipe(Layer.provide(MemoryQuotaStore.layer()))

  it.effect("tells of a failure when the credit is back", () =>
    Effect.gen(function* () {
      const id = yield* spendThatIs("Open")
      yield* set(queued)
      const balances: Array<readonly [string, number]> = []
      const follower = yield* Effect.forkChild(
        Stream.runForEach(ImageTasks.follow(id), ({ status }) =>
          Effect.map(balance, (left) => balances.push([status._tag, left]))
        )
      )
      yield* TestClock.adjust("5 seconds")
      yield* set(failed)
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(follower)
      assert.deepStrictEqual(balances, [
        ["Queued", 9],
        ["Failed", 10]
      ])
    }).pipe(Effect.provide(world))
  )

  it.effect.each(["Settled", "failed"] as const)("tells a task that is over once: %s", (was) =>
    Effect.gen(function* () {
      const id = yield* spendThatIs(was)
      assert.lengthOf(yield* Stream.runCollect(ImageTasks.follow(id)), 1)
    }).pipe(Effect.provide(world))
  )

  it.effect("of a task that nobody paid for is unknown", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runDrain(ImageTasks.follow(taskId(1))))
      assert.deepStrictEqual(error, new ImageTasks.TaskUnknown())
    }).pipe(Effect.provide(world))
  )
})

describe("ImageTasks.getAtEnd", () => {
  const getAtEnd = ImageTasks.getAtEnd(taskId(1), Effect.sleep("20 seconds"))

  it.effect("waits for the end, and no longer", () =>
    Effect.gen(function* () {
      const id = yield* spendThatIs("Open")
      yield* set(running)
      const waiter = yield* Effect.forkChild(getAtEnd)
      yield* TestClock.adjust("10 seconds")
      assert.isUndefined(waiter.pollUnsafe())
      yield* set(succeeded)
      yield* TestClock.adjust("4 seconds")
      assert.isDefined(waiter.pollUnsafe())
      assert.strictEqual((yield* Fiber.join(waiter)).status._tag, "Completed")
      assert.strictEqual(yield* stateOf(id), "Settled")
    }).pipe(Effect.provide(world))
  )

  it.effect("answers as the task stands when the patience ends", () =>
    Effect.gen(function* () {
      yield* spendThatIs("Open")
      yield* set(running)
      const { status } = yield* Effect.flatten(inTime(getAtEnd))
      assert.strictEqual(status._tag, "Running")
      assert.closeTo(yield* Clock.currentTimeMillis, 20_000, 100)
    }).pipe(Effect.provide(world))
  )

  it.effect("without patience answers at once", () =>
    Effect.gen(function* () {
      yield* spendThatIs("Open")
      yield* set(running)
      const { status } = yield* ImageTasks.getAtEnd(taskId(1), Effect.void)
      assert.strictEqual(status._tag, "Running")
    }).pipe(Effect.provide(world))
  )
})
