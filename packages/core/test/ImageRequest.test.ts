import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as ImageRequest from "@scnmnt/core/ImageRequest"
import { Prompt } from "@scnmnt/core/Prompt"
import { type ReferenceImage, ReferenceImageUnreadable } from "@scnmnt/core/ReferenceImage"
import { Effect, Layer, Schema, Stream } from "effect"
import { Digest } from "effect/crypto"
import { cut } from "./images.ts"
import { digest } from "./support.ts"

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256)
const reference = (chunks: ReadonlyArray<Uint8Array>, name = "fox.png"): ReferenceImage => ({
  name,
  type: "image/png",
  size: chunks.reduce((size, chunk) => size + chunk.length, 0),
  content: Stream.fromIterable(chunks)
})
const request = (...references: ReadonlyArray<ReferenceImage>): ImageRequest.ImageRequest => ({
  prompt: Prompt.make("a red fox"),
  size: "16:9",
  references
})

const blockSize = 65_536
const file = bytesOf(3 * blockSize + 1000)
const whole = request(reference([file]))

describe("ImageRequest.hash", () => {
  it.effect("is what it was in every release: a repeat may come after an update", () =>
    Effect.gen(function* () {
      const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")
      const blocks = cut(file, blockSize).map(sha256).join("")
      assert.strictEqual(yield* ImageRequest.hash(whole), sha256(JSON.stringify(["a red fox", "16:9", [blocks]])))
    }).pipe(Effect.provide(Digest.layerWebCrypto))
  )
  const Cuts = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: file.length })))

  it.effect.prop("is the same however the bytes come", [Cuts], ([cuts]) =>
    Effect.gen(function* () {
      const ends = [...cuts.toSorted((a, b) => a - b), file.length]
      const chunks = ends.map((end, index) => file.subarray(ends[index - 1] ?? 0, end))
      const same = request(reference(chunks))
      assert.strictEqual(yield* ImageRequest.hash(same), yield* ImageRequest.hash(whole))
    }).pipe(Effect.provide(digest))
  )

  it.effect.each([1, 7, 1000, blockSize - 1, blockSize, blockSize + 1, 2 * blockSize, file.length + 1])(
    "is the same in chunks of %i bytes",
    (size) =>
      Effect.gen(function* () {
        const same = request(reference(cut(file, size)))
        assert.strictEqual(yield* ImageRequest.hash(same), yield* ImageRequest.hash(whole))
      }).pipe(Effect.provide(digest))
  )

  it.effect.prop(
    "is another if a single byte is",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: file.length - 1 }))],
    ([index]) =>
      Effect.gen(function* () {
        const other = request(reference([file.with(index, (file[index] ?? 0) ^ 1)]))
        assert.notStrictEqual(yield* ImageRequest.hash(other), yield* ImageRequest.hash(whole))
      }).pipe(Effect.provide(digest))
  )

  const [fox, owl] = [reference([bytesOf(10)]), reference([bytesOf(20)])]

  it.effect("is not the files' names'", () =>
    Effect.gen(function* () {
      const renamed = request(reference([bytesOf(10)], "owl.png"))
      assert.strictEqual(yield* ImageRequest.hash(renamed), yield* ImageRequest.hash(request(fox)))
    }).pipe(Effect.provide(digest))
  )

  it.effect("is another for every other request", () =>
    Effect.gen(function* () {
      const hashes = yield* Effect.forEach(
        [
          request(),
          { ...request(), prompt: Prompt.make("a red  fox") },
          { ...request(), size: "9:16" as const },
          request(fox),
          request(owl),
          request(fox, owl),
          request(owl, fox),
          request(fox, fox),
          request(reference([bytesOf(10), bytesOf(20)])),
          request(reference([])),
          request(reference([]), fox),
          request(reference([new Uint8Array(blockSize)])),
          request(reference([new Uint8Array(2 * blockSize)])),
          request(reference([new Uint8Array(blockSize)]), reference([new Uint8Array(blockSize)])),
          { ...request(), prompt: Prompt.make('a red fox","16:9",[]]') }
        ],
        ImageRequest.hash
      )
      assert.strictEqual(new Set(hashes).size, hashes.length)
    }).pipe(Effect.provide(digest))
  )

  it.effect("of a large file keeps no more than a block and a chunk of it", () => {
    const chunk = bytesOf(100_000)
    let held = 0
    let most = 0
    const content = Stream.fromIterable(Array.from({ length: 640 }, () => chunk)).pipe(
      Stream.rechunk(1),
      Stream.tap(() => Effect.sync(() => void (most = Math.max(most, (held += chunk.length)))))
    )
    const counting = Layer.effect(
      Digest.Digest,
      Effect.map(Digest.Digest, ({ digest, digestHex }) => ({
        digest: (algorithm, data) =>
          Effect.tap(digest(algorithm, data), () => Effect.sync(() => (held -= data.length))),
        digestHex
      }))
    ).pipe(Layer.provide(digest))
    return Effect.gen(function* () {
      yield* ImageRequest.hash(request({ name: "large.png", type: "image/png", size: 64_000_000, content }))
      assert.isAtMost(most, blockSize + chunk.length)
    }).pipe(Effect.provide(counting))
  })

  it.effect("fails if a file can't be read", () =>
    Effect.gen(function* () {
      const error = new ReferenceImageUnreadable({ cause: new Error("the disk is gone") })
      const broken = { ...fox, content: Stream.concat(fox.content, Stream.fail(error)) }
      assert.strictEqual(yield* Effect.flip(ImageRequest.hash(request(broken))), error)
    }).pipe(Effect.provide(digest))
  )
})
