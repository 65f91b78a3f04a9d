import type { RequestListener } from "node:http"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Gallery from "./Gallery.ts"
import { assertWhole, picture } from "./Parts.ts"
import { inParts, others, whole } from "./Pictures.ts"
import { ask } from "./RawClient.ts"

/** Answers to `bytes=100-199` of 1000 that are something else. */
const wrong: ReadonlyArray<readonly [string, Record<string, string>, Buffer]> = [
  ["other bytes", { "content-range": "bytes 0-99/1000", "content-length": "100" }, picture.subarray(0, 100)],
  ["fewer bytes", { "content-range": "bytes 100-198/1000", "content-length": "99" }, picture.subarray(100, 199)],
  ["more bytes", { "content-range": "bytes 100-200/1000", "content-length": "101" }, picture.subarray(100, 201)],
  [
    "bytes of no known whole",
    { "content-range": "bytes 100-199/*", "content-length": "100" },
    picture.subarray(0, 100)
  ],
  ["another length", { "content-range": "bytes 100-199/1000", "content-length": "50" }, picture.subarray(100, 150)],
  ["no length", { "content-range": "bytes 100-199/1000" }, picture.subarray(100, 200)],
  ["no range", { "content-length": "100" }, picture.subarray(100, 200)],
  [
    "a range that can't be read",
    { "content-range": "bytes */1000", "content-length": "100" },
    picture.subarray(0, 100)
  ],
  [
    "a coding",
    { "content-range": "bytes 100-199/1000", "content-length": "100", "content-encoding": "gzip" },
    picture.subarray(100, 200)
  ],
  ["several ranges", { "content-type": "multipart/byteranges; boundary=x" }, Buffer.from("--x--")]
]

layer(Gallery.layer(), { excludeTestServices: true, timeout: "30 seconds" })("a part", (it) => {
  it.effect.each(wrong)("is the whole where the storage brings %s instead", ([, headers, body]) =>
    Effect.gen(function* () {
      const always = partly(() => true, headers, body)
      const afterTheFirst = partly((range) => range !== "bytes=0-15", headers, body)
      for (const listener of [always, afterTheFirst]) {
        const { path } = yield* Gallery.shown(listener)
        assertWhole(yield* ask(path, { range: "bytes=100-199" }))
      }
    })
  )

  it.effect("is none where the storage brings something else in the end, and calls it the whole", () =>
    Effect.gen(function* () {
      const page = Buffer.from(others.HTML)
      const { path } = yield* Gallery.shown((request, response) =>
        (request.headers.range === "bytes=0-15" ? inParts(picture) : whole(page))(request, response)
      )
      assert.strictEqual((yield* ask(path, { range: "bytes=100-199" })).status, 502)
    })
  )

  it.effect("that breaks off is a broken line", () =>
    Effect.gen(function* () {
      const { path } = yield* Gallery.shown((request, response) => {
        if (request.headers.range === "bytes=0-15") return inParts(picture)(request, response)
        response.writeHead(206, { "content-length": 900, "content-range": "bytes 100-999/1000" })
        response.write(picture.subarray(100, 150), () => response.destroy())
      })
      const answer = yield* ask(path, { range: "bytes=100-" })
      assert.isFalse(answer.complete)
    })
  )

  it.effect("that nobody asked for is no image", () =>
    Effect.gen(function* () {
      const { path } = yield* Gallery.shown((_, response) =>
        response.writeHead(206, { "content-range": "bytes 0-999/1000", "content-length": 1000 }).end(picture)
      )
      assert.strictEqual((yield* ask(path)).status, 503)
    })
  )
})

/** Answers like this to these ranges, and truly to others and to none. */
const partly =
  (lies: (range: string) => boolean, headers: Record<string, string>, body: Buffer): RequestListener =>
  (request, response) => {
    const { range } = request.headers
    if (range === undefined || !lies(range)) return inParts(picture)(request, response)
    response.writeHead(206, headers).flushHeaders()
    response.end(body)
  }
