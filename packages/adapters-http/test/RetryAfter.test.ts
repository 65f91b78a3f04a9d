import { assert, describe, it } from "@effect/vitest"
import * as RetryAfter from "../src/RetryAfter.ts"
import { DateTime, Duration } from "effect"

const now = DateTime.makeUnsafe("2026-11-23T12:00:00Z")

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 3 ", 3000],
    ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 11:00:00 GMT", 0]
  ])("%s asks for %i milliseconds", (header, millis) => {
    assert.deepStrictEqual(RetryAfter.parse(header, now), Duration.millis(millis))
  })

  it.each([undefined, "", "soon", "-1", "1.5", "12345678901", "2026-11-23", "never GMT"])(
    "%s asks for nothing",
    (header) => {
      assert.isUndefined(RetryAfter.parse(header, now))
    }
  )
})
