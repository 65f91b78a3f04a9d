import { assert } from "@effect/vitest"
import { assertSameBytes } from "../e2e/support/Fixtures.ts"
import { assertLength } from "../e2e/support/Length.ts"
import { file } from "./Pictures.ts"
import type { RawAnswer } from "./RawClient.ts"

/** What parts are taken of. */
export const picture = file(1000)

export const assertWhole = (answer: RawAnswer, bytes: Buffer = picture) => {
  assert.strictEqual(answer.status, 200)
  assert.notProperty(answer.headers, "content-range")
  assert.isTrue(answer.complete)
  assertSameBytes(answer.body, bytes)
}

export const assertPart = (answer: RawAnswer, first: number, last: number, bytes: Buffer = picture) => {
  assert.strictEqual(answer.status, 206)
  assert.strictEqual(answer.headers["content-range"], `bytes ${first}-${last}/${bytes.length}`)
  assertLength(answer.headers["content-length"], last - first + 1)
  assert.isTrue(answer.complete)
  assertSameBytes(answer.body, bytes.subarray(first, last + 1))
}
