import { assert, describe, it } from "@effect/vitest"
import * as RateLimits from "../../packages/server/src/doors/RateLimits.ts"
import { Effect, Option, Schema } from "effect"

const decode = Schema.decodeOption(RateLimits.FromString)
const limitsOf = (text: string) => Effect.map(Schema.decodeEffect(RateLimits.FromString)(text), RateLimits.ofSetting)

describe("RATE_LIMIT", () => {
  it.effect("names what differs from the defaults", () =>
    Effect.gen(function* () {
      const limits = yield* limitsOf("generate=30/hour, enhance=off,account-tasks=5,in-flight=off,enhance-in-flight=2")
      const defaults = yield* limitsOf(RateLimits.defaults)
      const { enhance: _, "in-flight": __, ...others } = defaults
      assert.deepStrictEqual(limits, {
        ...others,
        generate: { requests: 30, window: 3600 },
        "enhance-in-flight": 2,
        "account-tasks": 5
      })
      assert.deepStrictEqual(defaults.all, { requests: 3000, window: 60 })
      assert.deepStrictEqual(yield* limitsOf(""), defaults)
    })
  )

  it.effect("can be off, as a whole and for tasks", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* limitsOf("off"), {})
      assert.notProperty(yield* limitsOf("account-tasks=off"), "account-tasks")
    })
  )

  it.each([
    "on",
    "generate",
    "generate=",
    "generate=30",
    "generate=0/minute",
    "generate=-1/minute",
    "generate=1.5/minute",
    "generate=many/minute",
    "generate=30/fortnight",
    "paint=30/minute",
    "account-tasks=5/minute",
    "in-flight=0",
    "enhance-in-flight=2/hour",
    "off,generate=30/minute"
  ])("can't be %s", (text) => assert.isTrue(Option.isNone(decode(text))))
})
