import type { RequestListener } from "node:http"
import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { assertSameBytes, painted } from "../e2e/support/Fixtures.ts"
import { balanceOf, complete, imagePath, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import * as Gallery from "./Gallery.ts"
import { file, images, others, whole } from "./Pictures.ts"
import { ask, type RawAnswer } from "./RawClient.ts"

/** Has these befall a job that comes to a good end, and brings the answer to the request for its image. */
const imageAfter = Effect.fnUntraced(function* (...faults: ReadonlyArray<Fault.Fault>) {
  const { play } = yield* Service.freshUpstream
  yield* Effect.forEach(faults, (fault) => play(fault))
  const { id, status } = yield* complete({ fingerprint: yield* newAccount })
  assert.strictEqual(status, "completed")
  return yield* ask(imagePath(id))
})

const assertFailure = ({ body, complete, headers, status }: RawAnswer, code: number, error: string) => {
  assert.strictEqual(status, code)
  assert.strictEqual(headers["content-type"], "application/json")
  assert.include(JSON.parse(body.toString()), { code, error })
  assert.isTrue(complete)
  for (const name of ["etag", "accept-ranges"]) assert.notProperty(headers, name)
  assert.strictEqual(headers["cache-control"], "no-store")
}

layer(Gallery.layer(), { excludeTestServices: true, timeout: "60 seconds" })("the image's client", (it) => {
  it.effect.each([
    ["a URL", Fault.fate({})],
    ["a URL that is a path only", Fault.pathOnlyUrl()],
    ["base64 alone", Fault.base64Only()]
  ] as const)("sees the image at %s", ([, fault]) =>
    Effect.gen(function* () {
      const { body, complete, headers, status } = yield* imageAfter(fault)
      assert.strictEqual(status, 200)
      assert.isTrue(complete)
      assert.strictEqual(headers["content-type"], "image/png")
      assert.strictEqual(headers["x-content-type-options"], "nosniff")
      assertSameBytes(body, painted("a red fox"))
    })
  )

  it.effect.each([
    ["a foreign host", 502, "UpstreamFailed", Fault.foreignUrl()],
    ["the metadata of the cloud", 502, "UpstreamFailed", Fault.foreignUrl("http://169.254.169.254")],
    ["a page of HTML", 502, "UpstreamFailed", Fault.htmlImage()],
    ["a redirect to the metadata of the cloud", 502, "UpstreamFailed", Fault.redirectedImage()],
    ["a file that was cleaned away", 410, "ImageGone", Fault.goneImage()],
    ["a dropped line", 503, "UpstreamUnavailable", Fault.dropLine({ on: "image" })],
    ["accepted, then 500", 503, "UpstreamUnavailable", Fault.acceptThenFail(500, { on: "image" })],
    ["broken JSON", 502, "UpstreamFailed", Fault.brokenJson({ on: "image" })],
    ...[400, 401, 403, 422, 429, 502, 503].map(
      (status) => [`${status}`, 503, "UpstreamUnavailable", Fault.refuse(status, { on: "image" })] as const
    ),
    ["524 in HTML", 503, "UpstreamUnavailable", Fault.refuseInHtml(524, { on: "image" })]
  ] as const)("sees a plain failure where the upstream brings %s", ([, code, error, fault]) =>
    Effect.gen(function* () {
      const answer = yield* imageAfter(fault)
      assertFailure(answer, code, error)
      for (const secret of ["169.254", "127.0.0.1", "cloudflare", "<html"]) {
        assert.notInclude(answer.body.toString().toLowerCase(), secret)
      }
    })
  )

  it.effect.each([
    ["empty", Fault.emptyData()],
    ["null", Fault.nullData()]
  ] as const)("sees no image, and has the credit back, where `data` is %s", ([, fault]) =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      yield* play(fault)
      const fingerprint = yield* newAccount
      const { id, status } = yield* complete({ fingerprint })
      assert.strictEqual(status, "failed")
      assertFailure(yield* ask(imagePath(id)), 404, "ImageNotReady")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    })
  )

  it.effect("sees no image of a task that the upstream has forgotten by then, and can ask again", () =>
    Effect.gen(function* () {
      const path = yield* Gallery.inline(file(100))
      yield* UpstreamSimulator.use(({ forget }) => forget())
      const { storePath } = yield* Service.Service
      // One that has not seen the image itself.
      const another = yield* Service.start(storePath)
      assertFailure(yield* Effect.provideService(ask(path), Service.Service, another), 503, "UpstreamUnavailable")
      assert.strictEqual((yield* ask(path)).status, 200)
    })
  )

  it.effect.each([
    ["of known length", { saysLength: true }],
    ["of unknown length", { saysLength: false }]
  ] as const)("sees all of 60 MB %s", ([, options]) =>
    Effect.gen(function* () {
      const { body, complete } = yield* imageAfter(Fault.hugeImage(options))
      assert.isTrue(complete)
      assert.lengthOf(body, 60_000_000)
    })
  )

  it.effect.each([
    ["of known length", { "content-length": "1000" }],
    ["of unknown length", {}]
  ] as const)("sees a broken line where an image %s breaks off", ([, headers]) =>
    Effect.gen(function* () {
      const { path } = yield* Gallery.shown((_, response) => {
        response.writeHead(200, headers).write(file(500), () => response.destroy())
      })
      const { body, complete, status } = yield* ask(path)
      assert.strictEqual(status, 200)
      assert.isFalse(complete)
      assert.isAtMost(body.length, 500)
    })
  )

  it.effect("sees no redirect followed, however long the chain", () =>
    Effect.gen(function* () {
      const { origin, requests, show } = yield* Gallery.Gallery
      const picture = file(100)
      show("/end", whole(picture))
      for (const status of [301, 302, 303, 307, 308]) {
        const second: RequestListener = (_, response) => response.writeHead(status, { location: "/end" }).end()
        show("/second", second)
        const { path } = yield* Gallery.shown((_, response) =>
          response.writeHead(status, { location: `${origin}/second` }).end(picture)
        )
        assertFailure(yield* ask(path), 502, "UpstreamFailed")
      }
      assert.lengthOf(requests("/second"), 0)
      assert.lengthOf(requests("/end"), 0)
    })
  )
})

const contentTypes = ["image/png", "image/svg+xml", "text/html", "application/octet-stream", undefined] as const

/** A storage that calls its bytes this. */
const called =
  (contentType: string | undefined, bytes: Uint8Array): RequestListener =>
  (_, response) =>
    response.writeHead(200, contentType === undefined ? {} : { "content-type": contentType }).end(bytes)

layer(Gallery.layer(), { excludeTestServices: true, timeout: "30 seconds" })("whatever the storage calls it,", (it) => {
  it.effect.each(Object.entries(images))("%s is what it is by its bytes", ([type, start]) =>
    Effect.gen(function* () {
      const bytes = file(200, start)
      for (const contentType of contentTypes) {
        const { body, complete, headers, status } = yield* ask((yield* Gallery.shown(called(contentType, bytes))).path)
        assert.strictEqual(status, 200)
        assert.strictEqual(headers["content-type"], type)
        assert.isTrue(complete)
        assertSameBytes(body, bytes)
      }
      const { headers } = yield* ask(yield* Gallery.inline(bytes))
      assert.strictEqual(headers["content-type"], type)
    })
  )

  it.effect.each(Object.entries(others))("%s is no image", ([, text]) =>
    Effect.gen(function* () {
      const bytes = Buffer.from(text, "latin1")
      for (const contentType of contentTypes) {
        const answer = yield* ask((yield* Gallery.shown(called(contentType, bytes))).path)
        assertFailure(answer, 502, "UpstreamFailed")
      }
      if (bytes.length > 0) assertFailure(yield* ask(yield* Gallery.inline(bytes)), 502, "UpstreamFailed")
    })
  )
})
