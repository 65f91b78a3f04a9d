import { assert, layer } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { assertSameBytes } from "../e2e/support/Fixtures.ts"
import { Service } from "../e2e/support/Service.ts"
import * as Gallery from "./Gallery.ts"
import { chunked, file, inParts, whole } from "./Pictures.ts"
import { ask, type RawAnswer } from "./RawClient.ts"

const limit = 200_000
const largest = file(limit)
const tooLarge = file(limit + 1)

const at = ({ path }: { readonly path: string }) => path

const assertRefused = ({ body, complete, headers, status }: RawAnswer) => {
  assert.strictEqual(status, 502)
  assert.include(JSON.parse(body.toString()), { code: 502, error: "ImageTooLarge", limit })
  assert.notProperty(headers, "etag")
  assert.isTrue(complete)
}

layer(Gallery.layer({ MAX_IMAGE_BYTES: String(limit) }), { excludeTestServices: true, timeout: "30 seconds" })(
  "the limit in bytes",
  (it) => {
    it.effect.each([
      ["a storage that tells the length", Effect.map(Gallery.shown(whole(largest)), at)],
      ["a storage that does not", Effect.map(Gallery.shown(chunked(largest)), at)],
      ["base64", Gallery.inline(largest)]
    ] as const)("lets an image pass that has just so many, from %s", ([, source]) =>
      Effect.gen(function* () {
        const { body, complete, status } = yield* ask(yield* source)
        assert.strictEqual(status, 200)
        assert.isTrue(complete)
        assertSameBytes(body, largest)
      })
    )

    it.effect.each([
      ["a storage that tells the length", Effect.map(Gallery.shown(whole(tooLarge)), at)],
      ["base64", Gallery.inline(tooLarge)]
    ] as const)("refuses one that is known to have more before anything is sent, from %s", ([, source]) =>
      Effect.gen(function* () {
        assertRefused(yield* ask(yield* source))
      })
    )

    it.effect("refuses any part of one that has more", () =>
      Effect.gen(function* () {
        for (const path of [yield* Gallery.inline(tooLarge), at(yield* Gallery.shown(inParts(tooLarge)))]) {
          assertRefused(yield* ask(path, { range: "bytes=0-9" }))
        }
      })
    )

    it.effect("cuts the line of one that turns out to have more, so that nobody takes it for the image", () =>
      Effect.gen(function* () {
        const path = at(yield* Gallery.shown(chunked(tooLarge)))
        const { body, complete, headers, status } = yield* ask(path)
        assert.strictEqual(status, 200)
        assert.strictEqual(headers["transfer-encoding"], "chunked")
        assert.isFalse(complete)
        assert.isAtMost(body.length, limit)
        const { url } = yield* Service
        const read = yield* Effect.exit(Effect.tryPromise(async () => (await fetch(url + path)).arrayBuffer()))
        assert.strictEqual(read._tag, "Failure")
      })
    )

    it.effect("cuts one that never ends, and leaves its storage", () =>
      Effect.gen(function* () {
        const { requests } = yield* Gallery.Gallery
        const shown = yield* Gallery.shown((_, response) => {
          const write = () => {
            if (!response.destroyed) response.write(largest.subarray(0, 50_000), write)
          }
          response.writeHead(200)
          write()
        })
        const { body, complete } = yield* ask(shown.path)
        assert.isFalse(complete)
        assert.isAtMost(body.length, limit)
        yield* Effect.forEach(requests(shown.at), ({ left }) => Deferred.await(left))
      })
    )

    it.effect("leaves the storage of one that it refuses", () =>
      Effect.gen(function* () {
        const { requests } = yield* Gallery.Gallery
        const shown = yield* Gallery.shown((_, response) => {
          response.writeHead(200, { "content-length": limit + 1 }).write(largest.subarray(0, 100))
        })
        assertRefused(yield* ask(shown.path))
        yield* Effect.forEach(requests(shown.at), ({ left }) => Deferred.await(left))
      })
    )
  }
)
