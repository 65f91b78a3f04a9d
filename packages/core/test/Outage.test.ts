import { assert, describe, it } from "@effect/vitest"
import * as Outage from "@scnmnt/core/Outage"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { logged } from "./logged.ts"

const outage = Effect.sync(() => {
  const { failed, worked } = Outage.make("it works again", { part: "door" })
  return { fails: failed(Effect.logWarning("it fails")), worked }
})

describe("an outage", () => {
  it.effect("is told when it begins and when it ends, however often something fails in between", () =>
    Effect.gen(function* () {
      const { fails, worked } = yield* outage
      const lines = yield* logged(
        Effect.gen(function* () {
          yield* worked
          yield* Effect.repeat(Effect.andThen(fails, TestClock.adjust("10 minutes")), { times: 9 })
          yield* Effect.repeat(worked, { times: 9 })
        })
      )
      assert.deepStrictEqual(lines, [
        { level: "Warn", message: "it fails", annotations: { part: "door" } },
        { level: "Info", message: "it works again", annotations: { part: "door", failures: 10 } }
      ])
    })
  )

  it.effect("is told once a minute of what fails and works in turns", () =>
    Effect.gen(function* () {
      const { fails, worked } = yield* outage
      const turns = Effect.repeat(
        Effect.all([fails, TestClock.adjust("1 second"), worked, TestClock.adjust("1 second")]),
        {
          times: 59
        }
      )
      const lines = yield* logged(turns)
      assert.deepStrictEqual(
        lines.map(({ level }) => level),
        ["Warn", "Info", "Warn", "Info"]
      )
    })
  )

  it.effect("is told late if it begins within a minute of the last one, and goes on", () =>
    Effect.gen(function* () {
      const { fails, worked } = yield* outage
      const first = yield* logged(Effect.all([fails, worked, fails]))
      assert.lengthOf(first, 2)
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(yield* logged(Effect.all([fails, fails])), 1)
    })
  )
})
