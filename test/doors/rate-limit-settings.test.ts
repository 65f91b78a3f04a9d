import { assert, describe, it } from "@effect/vitest"
import * as RateLimits from "../../packages/server/src/doors/RateLimits.ts"
import { Effect, Option, Schema } from "effect"

const decode = Schema.decodeOption(RateLimits.FromString)
const limitsOf = (text: string) => Effect.map(Schema.decodeEffect(RateLimits.FromString)(text), RateLimits.ofSetting)

describe("RATE_LIMIT", () => {
  it.effect("names what differs from the defaults", () =>
    Effect.gen(function* () {
      const { accountTasks, rates } = yield* limitsOf("generate=30/hour, enhance=off,account-tasks=5")
      const defaults = yield* limitsOf(RateLimits.defaults)
      assert.deepStrictEqual(rates.generate, { requests: 30, window: 3600 })
      assert.isUndefined(rates.enhance)
      assert.deepStrictEqual(rates.all, { requests: 3000, window: 60 })
      assert.deepStrictEqual(rates["check-in"], defaults.rates["check-in"])
      assert.strictEqual(accountTasks, 5)
      assert.deepStrictEqual(yield* limitsOf(""), defaults)
    })
  )

  it.effect("can be off, as a whole and for tasks", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* limitsOf("off"), { rates: {}, accountTasks: Infinity })
      assert.strictEqual((yield* limitsOf("account-tasks=off")).accountTasks, Infinity)
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
    "off,generate=30/minute"
  ])("can't be %s", (text) => assert.isTrue(Option.isNone(decode(text))))
})
