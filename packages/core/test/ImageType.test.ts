import { assert, describe, it } from "@effect/vitest"
import * as ImageType from "@scnmnt/core/ImageType"
import { Bytes, Effect, Schema, Stream } from "effect"
import { cut, examples, file, others } from "./images.ts"

describe("ImageType.detect", () => {
  it.each(examples)("$what", ({ bytes, type }) => {
    assert.strictEqual(ImageType.detect(bytes), type)
  })

  it.prop("whatever comes after", [Schema.Uint8Array], ([rest]) => {
    for (const { bytes, type } of examples) assert.strictEqual(ImageType.detect(Bytes.concat([bytes, rest])), type)
  })

  it.each(examples)("is nothing if $what is cut short", ({ bytes }) => {
    for (let length = 0; length < bytes.length; length++) {
      assert.isUndefined(ImageType.detect(bytes.subarray(0, length)), `${length} bytes`)
    }
  })

  it.each(examples)("is nothing else if a byte of $what is off", ({ bytes, free, type }) => {
    for (const index of bytes.keys()) {
      const near = file({ bytes }).with(index, (bytes[index] ?? 0) ^ 0x20)
      assert.strictEqual(ImageType.detect(near), free.includes(index) ? type : undefined, `byte ${index}`)
    }
  })

  it.each(others)("is nothing for $what", ({ bytes }) => {
    assert.isUndefined(ImageType.detect(bytes))
  })
})

describe("ImageType.head", () => {
  const head = (chunks: ReadonlyArray<Uint8Array>) => Stream.run(Stream.fromIterable(chunks), ImageType.head)

  it.effect.each(examples)("is enough to tell $what, however it is cut", ({ bytes, type }) =>
    Effect.gen(function* () {
      for (const size of [1, 3, 13, 16, 1000]) {
        assert.strictEqual(ImageType.detect(yield* head(cut(file({ bytes }), size))), type)
        assert.strictEqual(ImageType.detect(yield* head(cut(bytes, size))), type)
      }
    })
  )

  it.effect("is the beginning, and no more than it needs", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 100 }, (_, index) => index)
      assert.deepStrictEqual(yield* head(cut(bytes, 7)), bytes.subarray(0, 21))
    })
  )
})
