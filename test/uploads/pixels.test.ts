import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { assertFailure, assertUntouched } from "../e2e/support/Failures.ts"
import { file, gif, jpeg, png, webp } from "../e2e/support/Fixtures.ts"
import { generateByForm, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { headers, jpegWith, segments } from "./support/Headers.ts"
import { beginChunkedForm, end, fieldsOf, fileHead } from "./support/Upload.ts"

const kinds = Object.entries(headers)

/** What follows a header: nobody reads it. */
const rest = Buffer.from("and so on, bytes of a picture that is none")

const upload = (fingerprint: string, bytes: Uint8Array) => generateByForm({ fingerprint }, [file("fox", bytes)])

layer(Service.layer(), { excludeTestServices: true })("a reference image", (it) => {
  it.effect.each(kinds)("of 50 megapixels is taken: %s", ([, header]) =>
    Effect.gen(function* () {
      const { status, text } = yield* upload(yield* newAccount, Buffer.concat([header(10_000, 5000), rest]))
      assert.strictEqual(status, 200, text)
    })
  )

  it.effect.each(kinds)("of one line more is refused, and says the limit: %s", ([, header]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const answer = yield* upload(fingerprint, Buffer.concat([header(10_000, 5001), rest]))
      yield* assertFailure(answer, 413, "TooManyPixels")
      assert.strictEqual(answer.json["limit"], 50_000_000)
      yield* assertUntouched(fingerprint)
    })
  )

  it.effect("is refused wherever it stands among good ones", () =>
    Effect.gen(function* () {
      const files = [
        file("1.png", png("a fox")),
        file("2.gif", Buffer.concat([headers["GIF"]?.(65_535, 65_535) ?? rest]))
      ]
      yield* assertFailure(yield* generateByForm({ fingerprint: yield* newAccount }, files), 413, "TooManyPixels")
    })
  )

  it.effect.each([
    ["PNG without its header", png("a fox").subarray(0, 8)],
    ["PNG whose header is cut", png("a fox").subarray(0, 20)],
    ["PNG whose first chunk is another", Buffer.from("89504e470d0a1a0a0000000d49444154000000010000000108", "hex")],
    ["JPEG without a frame", jpegWith(segments(1), 9, 9).subarray(0, 60_000)],
    ["JPEG of nothing but zeros", Buffer.concat([jpeg.subarray(0, 4), Buffer.alloc(600_000)])],
    ["JPEG of no height", headers["JPEG"]?.(9, 0) ?? rest],
    ["WebP of another coding", Buffer.concat([webp.subarray(0, 15), Buffer.from("?"), webp.subarray(16)])],
    ["GIF that ends too early", gif.subarray(0, 7)],
    ["GIF of no width", headers["GIF"]?.(0, 9) ?? rest]
  ] as const)("is refused if its size can't be read: a %s", ([, bytes]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* assertFailure(yield* upload(fingerprint, bytes), 415, "UnsupportedImage")
      yield* assertUntouched(fingerprint)
    })
  )

  it.effect.each([1, 3, 7])("may have %i segments of metadata before its size", (count) =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      assert.strictEqual((yield* upload(fingerprint, jpegWith(segments(count), 640, 480))).status, 200)
      const huge = yield* upload(fingerprint, jpegWith(segments(count), 10_000, 10_000))
      yield* assertFailure(huge, 413, "TooManyPixels")
    })
  )

  it.effect("has the size of its whole header, in whatever pieces it comes", () =>
    Effect.gen(function* () {
      const header = Buffer.from(`${"52494646"}1600000057454250${"5650384c"}0a0000002f000000000000000000`, "hex")
      header.writeUInt32LE(16_383 | (16_383 << 14), 21)
      const sending = yield* beginChunkedForm()
      yield* sending.send(fieldsOf(yield* newAccount) + fileHead())
      for (const byte of header) {
        yield* sending.send(Uint8Array.of(byte))
        yield* Service.clientsLeaveIsKnown
      }
      yield* sending.send(end)
      yield* sending.finish
      const { status, text } = yield* sending.answer
      assert.strictEqual(status, 413, text)
    })
  )
})
