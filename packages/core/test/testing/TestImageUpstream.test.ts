import { assert, describe, it } from "@effect/vitest"
import { ImageUpstream, SubmitError, Unavailable, UnknownOutcome } from "@scnmnt/core/ports/ImageUpstream"
import { loseAnswer, refuse, TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Clock, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { inTime, request, taskId } from "../support.ts"
import { down, queued, running } from "../turns.ts"

const id = taskId(1)
const submit = ImageUpstream.use((upstream) => upstream.submit(id, request))
const lookUp = ImageUpstream.use((upstream) => upstream.lookUp(id))
const unavailable = new Unavailable({})

describe("TestImageUpstream", () => {
  it.effect("starts a task once, and answers every repeat with it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* lookUp, Option.none())
      assert.deepStrictEqual(yield* submit, queued)
      yield* TestImageUpstream.use(({ set }) => set(id, running))
      assert.deepStrictEqual(yield* submit, running)
      assert.deepStrictEqual(yield* lookUp, Option.some(running))
      yield* TestImageUpstream.use(({ forget }) => forget(id))
      assert.deepStrictEqual(yield* lookUp, Option.none())
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("takes its turns one by one, then goes well again", () =>
    Effect.gen(function* () {
      yield* TestImageUpstream.use(({ nextSubmits }) => nextSubmits(refuse(unavailable), loseAnswer))
      assert.deepStrictEqual(yield* Effect.flip(submit), new SubmitError({ reason: unavailable }))
      assert.deepStrictEqual(yield* lookUp, Option.none())
      assert.deepStrictEqual(yield* Effect.flip(submit), new SubmitError({ reason: new UnknownOutcome() }))
      assert.deepStrictEqual(yield* lookUp, Option.some(queued))
      assert.deepStrictEqual(yield* submit, queued)
      yield* TestImageUpstream.use(({ nextLookUps }) => nextLookUps(down))
      yield* Effect.flip(lookUp)
      yield* lookUp
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("can be out of reach for look-ups as long as one likes", () =>
    Effect.gen(function* () {
      const { lookUpsFail } = yield* TestImageUpstream
      yield* lookUpsFail(true)
      yield* Effect.flip(lookUp)
      yield* Effect.flip(lookUp)
      yield* lookUpsFail(false)
      yield* lookUp
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("notes every call when it comes, and can let it wait", () =>
    Effect.gen(function* () {
      const { calls, nextSubmits } = yield* TestImageUpstream
      yield* TestClock.adjust("1 second")
      yield* nextSubmits(Effect.delay("5 seconds"))
      yield* inTime(submit)
      assert.strictEqual(yield* Clock.currentTimeMillis, 6_000)
      yield* lookUp
      assert.deepStrictEqual(yield* calls, [
        { _tag: "Submit", at: 1_000, id, request },
        { _tag: "LookUp", at: 6_000, id }
      ])
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )
})
