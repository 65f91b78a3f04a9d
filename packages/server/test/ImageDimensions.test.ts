import { assert, describe, it, vi } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as ImageDimensions from "../src/http/ImageDimensions.ts"

/** All arrays of bytes are filled by this. */
const typedArray: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype)

describe("an image's dimensions", () => {
  it.effect("take no more copies of bytes that come one by one than there are tries to read them", () =>
    Effect.gen(function* () {
      const count = 100_000
      const jpegOfNothing = (index: number) => Uint8Array.of([0xff, 0xd8, 0xff, 0xe0][index] ?? 0)
      const chunks = Stream.map(Stream.range(0, count - 1), jpegOfNothing)
      let copied = 0
      const copy = typedArray.set
      const spy = vi.spyOn(typedArray, "set").mockImplementation(function (this: Uint8Array, bytes, offset) {
        copied += bytes.length
        return copy.call(this, bytes, offset)
      })
      assert.isUndefined(yield* ImageDimensions.pixels(chunks))
      spy.mockRestore()
      // At 8 KiB, at 64 KiB, and at the end.
      assert.strictEqual(copied, 8192 + 65_536 + count)
    })
  )
})
