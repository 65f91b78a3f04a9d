import { assert, describe, it } from "@effect/vitest"
import * as ReferenceImage from "@scnmnt/core/ReferenceImage"
import { Effect, Stream } from "effect"
import { cut, examples, file, others } from "./images.ts"

const upload = (bytes: Uint8Array, name = "photo.png", chunkSize = 7) => ({
  name,
  size: bytes.length,
  content: Stream.fromIterable(cut(bytes, chunkSize)),
  pixels: Effect.succeed(12)
})
const accepted = examples.flatMap(({ type, ...example }) => (type === "image/avif" ? [] : [{ ...example, type }]))
const avif = examples.filter(({ type }) => type === "image/avif")

describe("ReferenceImage.fromUpload", () => {
  it.effect.each(accepted)("takes $what for $type, whatever its name says and however it comes", ({ bytes, type }) =>
    Effect.gen(function* () {
      for (const name of ["a.png", "a.svg", "", "照片"]) {
        for (const size of [1, 7, 1000]) {
          const { pixels, ...given } = upload(file({ bytes }), name, size)
          assert.deepStrictEqual(yield* ReferenceImage.fromUpload({ ...given, pixels }), { ...given, type })
        }
      }
    })
  )

  it.effect("leaves the content whole, to be read again", () =>
    Effect.gen(function* () {
      const bytes = file({ bytes: Uint8Array.of(0xff, 0xd8, 0xff) })
      const { content } = yield* ReferenceImage.fromUpload(upload(bytes))
      assert.deepStrictEqual(yield* Stream.mkUint8Array(content), bytes)
      assert.deepStrictEqual(yield* Stream.mkUint8Array(content), bytes)
    })
  )

  it.effect("reads the beginning alone", () =>
    Effect.gen(function* () {
      let read = 0
      const given = upload(file({ bytes: Uint8Array.of(0xff, 0xd8, 0xff) }, 10_000))
      const content = given.content.pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => read++))
      )
      yield* ReferenceImage.fromUpload({ ...given, content })
      assert.strictEqual(read, 3)
    })
  )

  it.effect.each([...others, ...avif])("does not take $what, whatever its name says", ({ bytes }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ReferenceImage.fromUpload(upload(bytes, "photo.png")))
      assert.deepStrictEqual(error, new ReferenceImage.NotAnImage({ name: "photo.png" }))
    })
  )

  it.effect("fails as its content does, and does not call it no image", () =>
    Effect.gen(function* () {
      const error = new ReferenceImage.ReferenceImageUnreadable({ cause: new Error("the disk is gone") })
      const content = Stream.concat(Stream.make(Uint8Array.of(0xff)), Stream.fail(error))
      assert.strictEqual(yield* Effect.flip(ReferenceImage.fromUpload({ ...upload(Uint8Array.of()), content })), error)
    })
  )

  it.effect("does not count the pixels of what is no image", () =>
    Effect.gen(function* () {
      const pixels = Effect.die(new Error("nobody can count these"))
      const error = yield* Effect.flip(ReferenceImage.fromUpload({ ...upload(new Uint8Array(99)), pixels }))
      assert.strictEqual(error._tag, "NotAnImage")
    })
  )

  it.effect.each([
    ["takes 50 megapixels", 50_000_000, "image/jpeg"],
    ["does not take one more", 50_000_001, "TooManyPixels"],
    ["does not take what says nothing of its pixels", undefined, "NotAnImage"]
  ] as const)("%s", ([, pixels, outcome]) =>
    Effect.gen(function* () {
      const jpeg = upload(file({ bytes: Uint8Array.of(0xff, 0xd8, 0xff) }))
      const image = ReferenceImage.fromUpload({ ...jpeg, pixels: Effect.succeed(pixels) })
      assert.strictEqual(
        yield* Effect.match(image, { onFailure: ({ _tag }) => _tag, onSuccess: ({ type }) => type }),
        outcome
      )
    })
  )
})
