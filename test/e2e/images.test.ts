import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { request } from "./support/Client.ts"
import { assertSameBytes, painted } from "./support/Fixtures.ts"
import { balanceOf, complete, generate, imagePath, newAccount, taskIdOf } from "./support/Jobs.ts"
import { assertLength } from "./support/Length.ts"
import * as Service from "./support/Service.ts"

/** Has these befall a job, and brings the answer to the request for its image. */
const imageAfter = Effect.fnUntraced(function* (...faults: ReadonlyArray<Fault.Fault>) {
  const { play } = yield* Service.freshUpstream
  yield* Effect.forEach(faults, (fault) => play(fault))
  const { id, status } = yield* complete({ fingerprint: yield* newAccount })
  assert.strictEqual(status, "completed")
  return yield* request(imagePath(id))
})

layer(Service.layer(), { excludeTestServices: true })("the image of a job", (it) => {
  it.effect("is served as what it is, to be kept for ever, and never to be taken for anything else", () =>
    Effect.gen(function* () {
      const { id } = yield* complete({ fingerprint: yield* newAccount })
      const { headers, bytes } = yield* request(imagePath(id))
      assert.strictEqual(headers.get("content-type"), "image/png")
      assertLength(headers.get("content-length"), bytes.length)
      assert.strictEqual(headers.get("cache-control"), "public, max-age=31536000, immutable")
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
      assert.match(headers.get("etag") ?? "", /^"[^"]+"$/)
    })
  )

  it.effect("is not sent again to whom has it, nor fetched again", () =>
    Effect.gen(function* () {
      const upstream = yield* Service.freshUpstream
      const { id } = yield* complete({ fingerprint: yield* newAccount })
      const etag = (yield* request(imagePath(id))).headers.get("etag") ?? ""
      for (const known of [etag, `W/${etag}`, `"another", ${etag}`]) {
        const again = yield* request(imagePath(id), { headers: { "if-none-match": known } })
        assert.strictEqual(again.status, 304)
        assert.lengthOf(again.bytes, 0)
        assert.strictEqual(again.headers.get("etag"), etag)
        assert.strictEqual(again.headers.get("cache-control"), "public, max-age=31536000, immutable")
      }
      assert.strictEqual((yield* upstream.counters).calls.image, 1)
      const other = yield* request(imagePath(id), { headers: { "if-none-match": '"another"' } })
      assert.strictEqual(other.status, 200)
    })
  )

  it.effect("comes from a URL that is a path only", () =>
    Effect.gen(function* () {
      const { bytes, status } = yield* imageAfter(Fault.pathOnlyUrl())
      assert.strictEqual(status, 200)
      assertSameBytes(bytes, painted("a red fox"))
    })
  )

  it.effect("comes from base64 alone, with its length and with nothing fetched", () =>
    Effect.gen(function* () {
      const { bytes, headers } = yield* imageAfter(Fault.base64Only())
      assertSameBytes(bytes, painted("a red fox"))
      assert.strictEqual(headers.get("content-type"), "image/png")
      assertLength(headers.get("content-length"), bytes.length)
      const { counters } = yield* UpstreamSimulator
      assert.strictEqual((yield* counters).calls.image, 0)
    })
  )

  it.effect.each([
    ["on a foreign host is not fetched", 502, "UpstreamFailed", Fault.foreignUrl()],
    ["that is a page of HTML is not passed on", 502, "UpstreamFailed", Fault.htmlImage()],
    ["that redirects is not followed", 502, "UpstreamFailed", Fault.redirectedImage()],
    ["that was cleaned away is gone", 410, "ImageGone", Fault.goneImage()],
    [
      "that the upstream can't bring at the moment may come later",
      503,
      "UpstreamUnavailable",
      Fault.refuse(503, { on: "image" })
    ]
  ] as const)("%s", ([, status, error, fault]) =>
    Effect.gen(function* () {
      const answer = yield* imageAfter(fault)
      assert.strictEqual(answer.status, status)
      assert.deepInclude(answer.json, { code: status, error })
      assert.strictEqual(answer.headers.get("cache-control"), "no-store")
      assert.isNull(answer.headers.get("etag"))
    })
  )

  it.effect("of 20 MB passes through, and ends at the upstream when its reader leaves", () =>
    Effect.gen(function* () {
      const upstream = yield* Service.freshUpstream
      const { id } = yield* complete({ fingerprint: yield* newAccount })
      yield* upstream.play(Fault.hugeImage({ bytes: 20_000_000 }), { times: 2 })
      const { bytes } = yield* request(imagePath(id))
      assert.lengthOf(bytes, 20_000_000)
      const left = new AbortController()
      const { url } = yield* Service.Service
      const response = yield* Effect.tryPromise(() => fetch(url + imagePath(id), { signal: left.signal }))
      assert.strictEqual(response.status, 200)
      left.abort()
      yield* upstream.awaitRequest(({ call, outcome }) => call === "image" && outcome === "hung-up")
    })
  )

  it.effect("is not there before the job is done, nor after one that failed, nor for an unknown id", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.neverEnds())
      const running = yield* taskIdOf(yield* generate({ fingerprint }))
      yield* play(Fault.failsAtOnce())
      const failed = yield* taskIdOf(yield* generate({ fingerprint }))
      for (const id of [running, failed, "00000000-0000-4000-8000-000000000000"]) {
        const answer = yield* request(imagePath(id))
        assert.strictEqual(answer.status, 404)
        assert.deepInclude(answer.json, { code: 404, error: "ImageNotReady" })
      }
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
    })
  )
})
