import { assert, describe, it } from "@effect/vitest"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Schema } from "effect"

const isFingerprint = Schema.is(Fingerprint)

describe("Fingerprint", () => {
  it.each(["a".repeat(8), "a".repeat(256), "AZaz09_-", "________", "--------"])("is %s", (text) => {
    assert.isTrue(isFingerprint(text))
  })

  it.each([
    "",
    "a".repeat(7),
    "a".repeat(257),
    "account 1",
    "account.1",
    "account/1",
    "account-1\n",
    "\naccount-1",
    " account-1",
    "account-é",
    "ａｃｃｏｕｎｔ１",
    12345678,
    undefined
  ])("is not %j", (value) => {
    assert.isFalse(isFingerprint(value))
  })
})
