import { assert, describe, it } from "@effect/vitest"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { Schema } from "effect"

const isKey = Schema.is(IdempotencyKey)
const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
const visible = ascii.slice(0x21, 0x7f)

describe("IdempotencyKey", () => {
  it("is of visible ASCII characters, all of them and no others", () => {
    assert.deepStrictEqual(ascii.filter(isKey), visible)
  })

  it.each(["k", "k".repeat(255), "550e8400-e29b-41d4-a716-446655440000", '"quoted"'])("is %s", (text) => {
    assert.isTrue(isKey(text))
  })

  it.each(["", "k".repeat(256), "two words", "key\n", "ключ", "键", 7, undefined])("is not %j", (value) => {
    assert.isFalse(isKey(value))
  })
})
