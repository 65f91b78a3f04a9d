import { assert, describe, it } from "@effect/vitest"
import { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Cause } from "effect"
import * as Discretion from "../src/telemetry/Discretion.ts"

const secret = "a red fox"

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

const shown = (error: unknown) => Cause.pretty(Cause.fail(Discretion.ofError(error)))

describe("Discretion", () => {
  it("shows of an error its kind and where it was thrown, and not its message", () => {
    const text = shown(thrownBy(() => JSON.parse(secret)))
    assert.include(text, "SyntaxError")
    assert.include(text, "Discretion.test.ts")
    assert.notInclude(text, secret)
  })

  it("shows an error's code, and that of what caused it", () => {
    const cause = Object.assign(new Error(secret), { code: "ERR_SQLITE_ERROR", errcode: 19 })
    const text = shown(new QuotaUnavailable({ cause }))
    assert.include(text, "QuotaUnavailable")
    assert.include(text, "ERR_SQLITE_ERROR 19")
    assert.notInclude(text, secret)
  })

  it.each([
    ["a message of many lines that looks like a stack", new Error(`no\n    at ${secret} (file:1:1)`)],
    ["a code that is none", Object.assign(new Error("no"), { code: secret })],
    ["what was thrown without being an error", secret],
    ["a reason", Object.assign(new Error("no"), { reason: new Error(secret) })]
  ])("does not show %s", (_, error) => {
    assert.notInclude(shown(error), secret)
  })

  it("comes to an end with an error that is its own cause", () => {
    const error = new Error(secret)
    error.cause = error
    assert.notInclude(shown(error), secret)
  })

  it("keeps what a cause is made of", () => {
    const cause = Cause.combine(Cause.combine(Cause.fail(secret), Cause.die(new Error(secret))), Cause.interrupt(1))
    const discreet = Discretion.ofCause(cause)
    assert.deepStrictEqual(
      discreet.reasons.map(({ _tag }) => _tag),
      cause.reasons.map(({ _tag }) => _tag)
    )
    assert.notInclude(Cause.pretty(discreet), secret)
  })
})
