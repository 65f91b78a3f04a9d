import { assert, describe, it } from "@effect/vitest"
import { ImageLocation, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import type { Spend } from "@scnmnt/core/Spend"
import { SpendState } from "@scnmnt/core/Spend"
import { Array, DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import * as FinishedTasks from "../src/FinishedTasks.ts"
import { account, callsMade, taskId } from "./support.ts"
import { failed, image, succeeded, withoutImage } from "./turns.ts"

const { Succeeded } = UpstreamTask.cases

const inline = (length: number) =>
  Succeeded.make({
    image: ImageLocation.cases.Inline.make({ base64: "A".repeat(length) }),
    revisedPrompt: "a very red fox"
  })

const settled = (index: number): Spend => ({
  taskId: taskId(index),
  account,
  requestHash: "hash",
  mode: "text",
  size: "1:1",
  state: SpendState.cases.Settled.make({}),
  opening: 1,
  lease: { holder: "me", until: DateTime.makeUnsafe(0) },
  createdAt: DateTime.makeUnsafe(0),
  updatedAt: DateTime.makeUnsafe(0)
})

/** Tasks that stand like this at the upstream, which has told of each once; and how often it has been asked since. */
const toldOf = Effect.fnUntraced(function* (count: number, task: UpstreamTask) {
  const tasks = yield* FinishedTasks.make
  const spends = Array.makeBy(count, settled)
  const { calls, set } = yield* TestImageUpstream
  yield* Effect.forEach(spends, (spend) =>
    Effect.andThen(set(spend.taskId, task), tasks.get(spend, { withImage: false }))
  )
  const asked = Effect.map(calls, ({ length }) => length - count)
  return { first: settled(0), last: settled(count - 1), tasks, asked }
})

describe("a finished task", () => {
  it.effect("is asked for once, and again after a day", () =>
    Effect.gen(function* () {
      const { asked, first, tasks } = yield* toldOf(1, succeeded)
      yield* TestClock.adjust("23 hours")
      assert.deepStrictEqual(yield* tasks.get(first, { withImage: true }), Option.some(succeeded))
      assert.strictEqual(yield* asked, 0)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* tasks.get(first, { withImage: true }), Option.some(succeeded))
      assert.strictEqual(yield* asked, 1)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("is not asked for where it is known already", () =>
    Effect.gen(function* () {
      const tasks = yield* FinishedTasks.make
      yield* tasks.remember(settled(1), succeeded)
      assert.deepStrictEqual(yield* tasks.get(settled(1), { withImage: true }), Option.some(succeeded))
      assert.strictEqual(yield* callsMade, "")
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect.each([failed, withoutImage])("is asked for every time while it has no image: $_tag", (task) =>
    Effect.gen(function* () {
      const { asked, first, tasks } = yield* toldOf(1, task)
      assert.deepStrictEqual(yield* tasks.get(first, { withImage: false }), Option.some(task))
      assert.strictEqual(yield* asked, 1)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("is forgotten for later ones, by what they take up and not by how many they are", () =>
    Effect.gen(function* () {
      const { asked, first, last, tasks } = yield* toldOf(
        300,
        Succeeded.make({ image, revisedPrompt: "x".repeat(32_000) })
      )
      yield* tasks.get(last, { withImage: true })
      assert.strictEqual(yield* asked, 0)
      yield* tasks.get(first, { withImage: true })
      assert.strictEqual(yield* asked, 1)
      const small = yield* toldOf(1000, succeeded)
      yield* small.tasks.get(small.first, { withImage: true })
      assert.strictEqual(yield* small.asked, 301)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )
})

describe("a finished task whose image is in the answer", () => {
  it.effect("is asked for again only for its image, and only if others have taken its place", () =>
    Effect.gen(function* () {
      const large = inline(10_000_000)
      const { asked, first, last, tasks } = yield* toldOf(4, large)
      assert.deepStrictEqual(yield* tasks.get(last, { withImage: true }), Option.some(large))
      const { revisedPrompt } = large
      assert.deepStrictEqual(
        yield* tasks.get(first, { withImage: false }),
        Option.some(Succeeded.make({ image: undefined, revisedPrompt }))
      )
      assert.strictEqual(yield* asked, 0)
      for (let time = 0; time < 3; time++) {
        assert.deepStrictEqual(yield* tasks.get(first, { withImage: true }), Option.some(large))
      }
      assert.strictEqual(yield* asked, 1)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("is asked for whenever its image is wanted that is larger than all that may be kept", () =>
    Effect.gen(function* () {
      const { asked, first, tasks } = yield* toldOf(1, inline(34_000_000))
      for (const withImage of [false, true, false, true]) yield* tasks.get(first, { withImage })
      assert.strictEqual(yield* asked, 2)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )
})
