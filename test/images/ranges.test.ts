import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Gallery from "./Gallery.ts"
import { assertPart, assertWhole, picture } from "./Parts.ts"
import { chunked, file, images, inParts, others, whole } from "./Pictures.ts"
import { ask } from "./RawClient.ts"

/** A range, and the bytes that it stands for. */
const satisfiable = [
  ["bytes=0-0", 0, 0],
  ["bytes=0-99", 0, 99],
  ["bytes=100-199", 100, 199],
  ["bytes=0-", 0, 999],
  ["bytes=990-", 990, 999],
  ["bytes=999-999", 999, 999],
  ["bytes=500-5000", 500, 999],
  ["bytes=1-99999999999999999999999", 1, 999],
  ["bytes=-1", 999, 999],
  ["bytes=-10", 990, 999],
  ["bytes=-5000", 0, 999],
  ["Bytes=8-9", 8, 9],
  ["bytes=, 8-9 ,", 8, 9]
] as const

const unsatisfiable = ["bytes=1000-", "bytes=1000-1001", "bytes=99999999999999999999999-", "bytes=-0"]

/** Several ranges, other units, and what is none: a server may take them for no range (RFC 9110, section 14.2). */
const ignored = [
  "bytes=0-1,3-4",
  "bytes=0-1, -1",
  "bytes=5-1",
  "bytes=-",
  "bytes=",
  "bytes",
  "bytes=a-b",
  "bytes=1-2-3",
  "bytes=1",
  "bytes=+1-2",
  "bytes=--1",
  "bytes=0x1-2",
  "bytes=1 - 2",
  "bytes 1-2",
  "items=1-2",
  ""
]

layer(Gallery.layer(), { excludeTestServices: true, timeout: "30 seconds" })("a range of an image", (it) => {
  const sources = [
    ["that is in the task", Gallery.inline(picture)],
    ["whose storage gives parts", Effect.map(Gallery.shown(inParts(picture)), ({ path }) => path)]
  ] as const

  describe.each(sources)("%s", (_, source) => {
    it.effect("is what was asked for, as far as there is so much", () =>
      Effect.gen(function* () {
        const path = yield* source
        for (const [range, first, last] of satisfiable) assertPart(yield* ask(path, { range }), first, last)
      })
    )

    it.effect("that is not there is 416, and says how long the image is", () =>
      Effect.gen(function* () {
        const path = yield* source
        for (const range of unsatisfiable) {
          const { body, headers, status } = yield* ask(path, { range })
          assert.strictEqual(status, 416, range)
          assert.strictEqual(headers["content-range"], "bytes */1000")
          assert.include(JSON.parse(body.toString()), { code: 416, error: "RangeNotSatisfiable" })
          assert.strictEqual(headers["cache-control"], "no-store")
        }
      })
    )

    it.effect("that is not one range is ignored", () =>
      Effect.gen(function* () {
        const path = yield* source
        for (const range of ignored) assertWhole(yield* ask(path, { range }))
      })
    )

    it.effect("carries the headers of the whole", () =>
      Effect.gen(function* () {
        const path = yield* source
        const { headers: whole } = yield* ask(path)
        const { headers: part } = yield* ask(path, { range: "bytes=5-6" })
        for (const name of ["content-type", "etag", "cache-control", "x-content-type-options", "accept-ranges"]) {
          assert.isDefined(whole[name], name)
          assert.strictEqual(part[name], whole[name])
        }
        assert.strictEqual(whole["accept-ranges"], "bytes")
      })
    )

    it.effect("is for those who have the rest of this very image", () =>
      Effect.gen(function* () {
        const path = yield* source
        const etag = (yield* ask(path, {}, "HEAD")).headers["etag"] ?? ""
        const range = "bytes=5-6"
        assertPart(yield* ask(path, { range, "if-range": etag }), 5, 6)
        const date = "Tue, 24 Nov 2026 12:00:00 GMT"
        for (const other of [`W/${etag}`, '"another"', etag.replaceAll('"', ""), `${etag}, "another"`, "*", date]) {
          assertWhole(yield* ask(path, { range, "if-range": other }))
        }
      })
    )
  })

  it.effect("is the whole where the storage knows no parts", () =>
    Effect.gen(function* () {
      for (const listener of [whole(picture), chunked(picture)]) {
        const { at, path } = yield* Gallery.shown(listener)
        for (const range of ["bytes=0-9", "bytes=100-", "bytes=-10", "bytes=2000-"]) {
          assertWhole(yield* ask(path, { range }))
        }
        assert.lengthOf((yield* Gallery.Gallery).requests(at), 4)
      }
    })
  )

  it.effect.each(Object.entries(images))("has the type that the first bytes of the whole tell: %s", ([type, start]) =>
    Effect.gen(function* () {
      const bytes = file(100, start)
      for (const path of [yield* Gallery.inline(bytes), (yield* Gallery.shown(inParts(bytes))).path]) {
        const answer = yield* ask(path, { range: "bytes=50-59" })
        assertPart(answer, 50, 59, bytes)
        assert.strictEqual(answer.headers["content-type"], type)
      }
    })
  )

  it.effect("of what is no image is none, though this part of it looks like one", () =>
    Effect.gen(function* () {
      for (const start of [others.HTML, others.SVG]) {
        const bytes = Buffer.concat([Buffer.from(start), file(100)])
        for (const path of [yield* Gallery.inline(bytes), (yield* Gallery.shown(inParts(bytes))).path]) {
          const { body, status } = yield* ask(path, { range: `bytes=${start.length}-` })
          assert.strictEqual(status, 502)
          assert.include(JSON.parse(body.toString()), { error: "UpstreamFailed" })
        }
      }
    })
  )

  it.effect("is asked of the storage as it is, after the bytes that tell the type", () =>
    Effect.gen(function* () {
      const { requests } = yield* Gallery.Gallery
      const { at, path } = yield* Gallery.shown(inParts(picture))
      yield* ask(path, { range: "bytes=-10" })
      assert.deepStrictEqual(
        requests(at).map(({ range }) => range),
        ["bytes=0-15", "bytes=990-999"]
      )
      yield* ask(path)
      assert.isUndefined(requests(at)[2]?.range)
    })
  )
})
