import { assert, describe, it } from "@effect/vitest"
import { type Duration, Effect, Exit, Fiber, Queue, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as TimeLimit from "../src/TimeLimit.ts"

const limits: TimeLimit.Limits<string> = {
  first: "90 seconds",
  begins: (word) => word !== "",
  after: () => "30 seconds"
}

/** A stream of what is said, which is read under these limits, and what came of it. */
const listening = Effect.gen(function* () {
  const said = yield* Queue.unbounded<string>()
  const heard = yield* Queue.unbounded<string>()
  const words = TimeLimit.onSilence(limits)(Stream.fromQueue(said))
  const fiber = yield* Effect.forkChild(
    Stream.runForEach(words, (word) => Queue.offer(heard, word)),
    { startImmediately: true }
  )
  return {
    /** Says it, waits until it is heard, and lets so much time pass. */
    say: Effect.fnUntraced(function* (word: string, time: Duration.Input) {
      yield* Queue.offer(said, word)
      yield* Queue.take(heard)
      yield* TestClock.adjust(time)
    }),
    ended: Effect.sync(() => fiber.pollUnsafe() !== undefined),
    end: Fiber.await(fiber)
  }
})

describe("a limit of silence", () => {
  it.effect("gives the first that counts all its time, whatever comes before it", () =>
    Effect.gen(function* () {
      const { ended, say } = yield* listening
      yield* say("", "45 seconds")
      yield* say("", "44 seconds")
      assert.isFalse(yield* ended)
      yield* say("a fox", "29 seconds")
      assert.isFalse(yield* ended)
    })
  )

  it.effect("gives it no more for what comes before it", () =>
    Effect.gen(function* () {
      const { end, ended, say } = yield* listening
      for (let time = 0; time < 3; time++) yield* say("", "29 seconds")
      assert.isFalse(yield* ended)
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* end, Exit.fail(new TimeLimit.Silence()))
    })
  )

  it.effect("begins anew after that with whatever comes", () =>
    Effect.gen(function* () {
      const { end, ended, say } = yield* listening
      yield* say("a fox", "29 seconds")
      for (let time = 0; time < 4; time++) yield* say("", "29 seconds")
      assert.isFalse(yield* ended)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* end, Exit.fail(new TimeLimit.Silence()))
    })
  )
})
