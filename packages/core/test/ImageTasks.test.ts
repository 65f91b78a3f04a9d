import { assert, describe, it } from "@effect/vitest"
import { TaskStatus } from "@scnmnt/core/ImageTask"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { retention } from "@scnmnt/core/SpendRetention"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { DateTime, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { account, balance, callsMade, spendThatIs, stateOf, taskId, world, worldOn } from "./support.ts"
import {
  down,
  failed,
  finds,
  image,
  missing,
  queued,
  running,
  succeeded,
  withoutImage,
  type LookUpTurn
} from "./turns.ts"

const { Completed, Failed, Queued, Running } = TaskStatus.cases
const completed = Completed.make({ image, revisedPrompt: "a very red fox" })

interface Row {
  readonly was: Parameters<typeof spendThatIs>[0]
  readonly what: string
  readonly lookUp: LookUpTurn
  readonly status: TaskStatus
  /** The spend, and the credits left of 10. */
  readonly is: readonly [spend: string, left: number]
}

/** Every standing of a spend, with everything that a look-up can bring. */
const standings: ReadonlyArray<Row> = [
  { was: "Open", what: "queued", lookUp: finds(queued), status: Queued.make({}), is: ["Open", 9] },
  {
    was: "Open",
    what: "running",
    lookUp: finds(running),
    status: Running.make({ progress: "painting" }),
    is: ["Open", 9]
  },
  { was: "Open", what: "done", lookUp: finds(succeeded), status: completed, is: ["Settled", 9] },
  {
    was: "Open",
    what: "done without an image",
    lookUp: finds(withoutImage),
    status: Failed.make({ reason: "no-image" }),
    is: ["Refunded no-image", 10]
  },
  {
    was: "Open",
    what: "failed",
    lookUp: finds(failed),
    status: Failed.make({ reason: "failed" }),
    is: ["Refunded failed", 10]
  },
  { was: "Open", what: "missing", lookUp: missing, status: Queued.make({}), is: ["Open", 9] },
  { was: "Open", what: "can't be asked", lookUp: down, status: Queued.make({}), is: ["Open", 9] },

  { was: "Settled", what: "done", lookUp: finds(succeeded), status: completed, is: ["Settled", 9] },
  { was: "Settled", what: "running again", lookUp: finds(running), status: Completed.make({}), is: ["Settled", 9] },
  { was: "Settled", what: "failed by now", lookUp: finds(failed), status: Completed.make({}), is: ["Settled", 9] },
  {
    was: "Settled",
    what: "without its image",
    lookUp: finds(withoutImage),
    status: Completed.make({ image: undefined, revisedPrompt: undefined }),
    is: ["Settled", 9]
  },
  { was: "Settled", what: "missing", lookUp: missing, status: Completed.make({}), is: ["Settled", 9] },
  { was: "Settled", what: "can't be asked", lookUp: down, status: Completed.make({}), is: ["Settled", 9] },

  {
    was: "timed-out",
    what: "done late",
    lookUp: finds(succeeded),
    status: Failed.make({ reason: "timed-out" }),
    is: ["Refunded timed-out", 10]
  },
  {
    was: "missing",
    what: "there again",
    lookUp: finds(running),
    status: Failed.make({ reason: "missing" }),
    is: ["Refunded missing", 10]
  },
  {
    was: "failed",
    what: "failed",
    lookUp: finds(failed),
    status: Failed.make({ reason: "failed" }),
    is: ["Refunded failed", 10]
  },
  {
    was: "rejected",
    what: "missing",
    lookUp: missing,
    status: Failed.make({ reason: "rejected" }),
    is: ["Refunded rejected", 10]
  }
]

describe("ImageTasks.get", () => {
  it.effect.each(standings)("$was, then $what: $status._tag, $is", ({ was, lookUp, status, is: [spend, left] }) =>
    Effect.gen(function* () {
      const id = yield* spendThatIs(was)
      yield* TestImageUpstream.use(({ nextLookUps }) => nextLookUps(lookUp))
      const task = yield* ImageTasks.get(id)
      assert.deepStrictEqual(task.status, status)
      assert.strictEqual(yield* stateOf(id), spend)
      assert.strictEqual(yield* balance, left)
      assert.strictEqual(status._tag === "Failed", spend.startsWith("Refunded"))
    }).pipe(Effect.provide(world))
  )

  it.effect("a task that nobody paid for is unknown, and the upstream is not asked", () =>
    Effect.gen(function* () {
      yield* TestImageUpstream.use(({ set }) => set(taskId(1), succeeded))
      assert.deepStrictEqual(yield* Effect.flip(ImageTasks.get(taskId(1))), new ImageTasks.TaskUnknown())
      assert.strictEqual(yield* callsMade, "")
    }).pipe(Effect.provide(world))
  )

  it.effect("a refunded task costs no look-up", () =>
    Effect.gen(function* () {
      yield* ImageTasks.get(yield* spendThatIs("failed"))
      assert.strictEqual(yield* callsMade, "")
    }).pipe(Effect.provide(world))
  )

  it.effect("a completed task is shown without the books, as long as they would keep it", () => {
    const memory = MemoryQuotaStore.empty()
    return Effect.gen(function* () {
      const id = yield* spendThatIs("Settled")
      yield* TestImageUpstream.use(({ set }) => set(id, succeeded))
      const before = yield* ImageTasks.get(id)
      memory.spends.clear()
      yield* TestClock.adjust("9 minutes")
      assert.deepStrictEqual(yield* ImageTasks.get(id), before)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Effect.flip(ImageTasks.get(id)))._tag, "TaskUnknown")
    }).pipe(
      Effect.provide(worldOn(MemoryQuotaStore.layer(memory))),
      Effect.provideService(retention, Duration.minutes(10))
    )
  })

  it.effect("tells what it is and since when, by this service's clock, and nothing of the books' own", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000)
      const id = yield* spendThatIs("Open")
      yield* TestImageUpstream.use(({ set }) => set(id, succeeded))
      yield* TestClock.setTime(3_000)
      assert.deepStrictEqual(yield* ImageTasks.get(id), {
        taskId: id,
        account,
        mode: "text",
        size: "16:9",
        status: completed,
        createdAt: DateTime.makeUnsafe(1_000),
        updatedAt: DateTime.makeUnsafe(3_000)
      })
    }).pipe(Effect.provide(world))
  )
})
