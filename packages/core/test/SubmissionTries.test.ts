import { assert, describe, it } from "@effect/vitest"
import * as Submission from "../src/Submission.ts"
import { Verdict } from "../src/SubmissionPlan.ts"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Duration, Effect, Exit, Random } from "effect"
import { callsMade, gapsBetween, inTime, request, taskId } from "./support.ts"
import { always, busy, busyFor, lost, queued, rejected } from "./turns.ts"

const id = taskId(1)
const submit = inTime(Submission.submit(id, request, false))
const upstream = TestImageUpstream

describe("the tries of a submission", () => {
  it.effect.each([1, 2, 3, 4, 5])("are each twice as far apart as the last, give or take a fifth (seed %i)", (seed) =>
    Effect.gen(function* () {
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...always(busy)))
      yield* submit.pipe(Random.withSeed(seed))
      const between = yield* gapsBetween("Submit")
      assert.strictEqual(between.length, 5)
      between.forEach((gap, index) => assert.closeTo(gap, 500 * 2 ** index, 100 * 2 ** index))
      assert.isAtMost(
        between.reduce((sum, gap) => sum + gap, 0),
        20_000
      )
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("of two submissions do not fall together", () =>
    Effect.gen(function* () {
      const first = yield* firstGap("one")
      const second = yield* firstGap("other")
      assert.notStrictEqual(first, second)
    })
  )
  const firstGap = Effect.fnUntraced(function* (seed: string) {
    yield* upstream.use(({ nextSubmits }) => nextSubmits(busy))
    yield* submit.pipe(Random.withSeed(seed))
    return (yield* gapsBetween("Submit"))[0]
  }, Effect.provide(TestImageUpstream.layer))

  it.effect("come no sooner than the upstream asks, then fall back into step", () =>
    Effect.gen(function* () {
      yield* upstream.use(({ nextSubmits }) => nextSubmits(busyFor(7), busyFor(0.1), lost))
      assert.deepStrictEqual(yield* submit, Exit.succeed(Verdict.cases.Accepted.make({ task: queued })))
      const [first, second, third, ...more] = yield* gapsBetween("Submit")
      assert.strictEqual(first, 7000)
      assert.closeTo(second ?? 0, 1000, 200)
      assert.closeTo(third ?? 0, 2000, 400)
      assert.deepStrictEqual(more, [])
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect.each([
    { after: 20, calls: "SS" },
    { after: 21, calls: "SLL" },
    { after: 86_400, calls: "SLL" }
  ])("are given up at once if the upstream asks for too long: $after seconds, $calls", ({ after, calls }) =>
    Effect.gen(function* () {
      yield* upstream.use(({ nextSubmits }) => nextSubmits(busyFor(after)))
      yield* submit
      assert.strictEqual(yield* callsMade, calls)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("all bear the same id and request, and so does the look-up", () =>
    Effect.gen(function* () {
      yield* upstream.use(({ nextSubmits }) => nextSubmits(lost, busy, rejected))
      yield* submit
      const calls = yield* upstream.use(({ calls }) => calls)
      assert.strictEqual(yield* callsMade, "SSSLL")
      assert.deepStrictEqual(new Set(calls.map((call) => call.id)), new Set([id]))
      for (const call of calls) if (call._tag === "Submit") assert.strictEqual(call.request, request)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect.each([
    { seconds: 1, calls: "SSSSSLL" },
    { seconds: 10, calls: "SSLL" },
    { seconds: 60, calls: "SLL" }
  ])("count with the time that each takes: $seconds seconds, $calls", ({ seconds, calls }) =>
    Effect.gen(function* () {
      const slow: typeof lost = (task) => Effect.delay(lost(task), Duration.seconds(seconds))
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...always(slow)))
      yield* submit.pipe(Random.withSeed("any"))
      assert.strictEqual(yield* callsMade, calls)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )
})
