import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Record } from "effect"
import { differs } from "../e2e/support/Differences.ts"
import { assertSameBytes } from "../e2e/support/Fixtures.ts"
import { imagePath } from "../e2e/support/Jobs.ts"
import * as Gallery from "./Gallery.ts"
import { chunked, file, inParts, whole } from "./Pictures.ts"
import { ask, type RawAnswer } from "./RawClient.ts"

const picture = file(1000)
const nobody = imagePath("00000000-0000-4000-8000-000000000000")

/** What `If-None-Match` may say, made of the image's tag. */
const conditions: ReadonlyArray<readonly [string, (etag: string) => string, 200 | 304]> = [
  ["the tag", (etag) => etag, 304],
  ["the tag as a weak one", (etag) => `W/${etag}`, 304],
  ["the tag after another", (etag) => `"another", ${etag}`, 304],
  ["the tag before another", (etag) => `${etag},"another"`, 304],
  ["the tag after a weak one", (etag) => `W/"another",W/${etag}`, 304],
  ["the tag after one with a comma", (etag) => `"a,b", ${etag}`, 304],
  ["the tag in a list with gaps", (etag) => ` , ${etag} ,, "another"`, 304],
  ["anything", () => "*", 304],
  ["another tag", () => '"another"', 200],
  ["a tag within another", (etag) => `"a ${etag.slice(1)}`, 200],
  ["the tag without its quotes", (etag) => etag.replaceAll('"', ""), 200],
  ["the tag with more at its end", (etag) => `${etag.slice(0, -1)}0"`, 200],
  ["the tag with a small w", (etag) => `w/${etag}`, 200],
  ["the tag among what can't be read", (etag) => `${etag} and so on`, 200],
  ["anything among tags", () => '*, "another"', 200],
  ["nothing", () => "", 200]
]

layer(Gallery.layer(), { excludeTestServices: true, timeout: "30 seconds" })("an image", (it) => {
  it.effect.each(conditions)("is asked for unless it is %s", ([, condition, status]) =>
    Effect.gen(function* () {
      const { requests } = yield* Gallery.Gallery
      const { at, path } = yield* Gallery.shown(whole(picture))
      const { headers: full } = yield* ask(path)
      const header = condition(full["etag"] ?? "")
      for (const method of ["GET", "HEAD"]) {
        const { body, headers, ...answer } = yield* ask(path, { "if-none-match": header, range: "bytes=x" }, method)
        assert.strictEqual(answer.status, status, header)
        for (const name of ["etag", "cache-control"]) assert.strictEqual(headers[name], full[name])
        assertSameBytes(body, status === 200 && method === "GET" ? picture : Buffer.alloc(0))
      }
      // Whoever shows the tag has the image; that there is any image is not known without a look.
      assert.lengthOf(requests(at), status === 304 && header !== "*" ? 1 : 3)
    })
  )

  it.effect("that is there no more, or never was, is not unchanged", () =>
    Effect.gen(function* () {
      const gone = yield* Gallery.shown((_, response) => response.writeHead(404).end())
      assert.strictEqual((yield* ask(gone.path, { "if-none-match": "*" })).status, 410)
      assert.strictEqual((yield* ask(nobody, { "if-none-match": "*" })).status, 404)
    })
  )

  it.effect("that has not changed is 304, whatever range of it is asked for", () =>
    Effect.gen(function* () {
      const { path } = yield* Gallery.shown(inParts(picture))
      const etag = (yield* ask(path, {}, "HEAD")).headers["etag"] ?? ""
      assert.strictEqual((yield* ask(path, { "if-none-match": etag, range: "bytes=0-9" })).status, 304)
      assert.strictEqual((yield* ask(path, { "if-none-match": etag, range: "bytes=5000-" })).status, 304)
    })
  )
})

layer(Gallery.layer({ MAX_IMAGE_BYTES: "1000" }), { excludeTestServices: true, timeout: "30 seconds" })(
  "HEAD",
  (it) => {
    const sources = [
      ["a storage that tells the length", Effect.map(Gallery.shown(whole(picture)), ({ path }) => path), 200],
      ["a storage that does not", Effect.map(Gallery.shown(chunked(picture)), ({ path }) => path), 200],
      ["a storage that gives parts", Effect.map(Gallery.shown(inParts(picture)), ({ path }) => path), 200],
      ["base64", Gallery.inline(picture), 200],
      ["what is too large", Gallery.inline(file(1001)), 502],
      ["what is no image", Gallery.inline(Buffer.from("<html>")), 502],
      [
        "what is gone",
        Effect.map(
          Gallery.shown((_, response) => response.writeHead(404).end()),
          ({ path }) => path
        ),
        410
      ],
      ["a task that nobody knows", Effect.succeed(nobody), 404]
    ] as const

    it.effect.each(sources)("brings the headers of GET and no byte, from %s", ([, source, status]) =>
      Effect.gen(function* () {
        const path = yield* source
        const got = yield* ask(path)
        const told = yield* ask(path, { range: "bytes=0-9" }, "HEAD")
        assert.strictEqual(got.status, status)
        assert.strictEqual(told.status, status)
        assert.lengthOf(told.body, 0)
        const actual = lasting(told.headers)
        const mayTellMore = differs("tells no length of what is streamed")
        const length = mayTellMore ? Record.filter(actual, (_, name) => name === "content-length") : {}
        assert.deepStrictEqual(actual, { ...length, ...lasting(got.headers) })
      })
    )

    it.effect("closes the source at once", () =>
      Effect.gen(function* () {
        const { requests } = yield* Gallery.Gallery
        const { at, path } = yield* Gallery.shown((_, response) => {
          response.writeHead(200, { "content-type": "image/png" }).write(file(100))
        })
        assert.strictEqual((yield* ask(path, {}, "HEAD")).status, 200)
        yield* Effect.forEach(requests(at), ({ left }) => Deferred.await(left))
        assert.lengthOf(requests(at), 1)
      })
    )
  }
)

/** The headers that are not of this one answer or this one line. */
const lasting = (headers: RawAnswer["headers"]) =>
  Record.filter(headers, (_, name) => !["date", "transfer-encoding", "x-request-id"].includes(name))
