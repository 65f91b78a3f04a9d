import { gunzipSync } from "node:zlib"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import * as Service from "../e2e/support/Service.ts"
import { ask } from "../images/RawClient.ts"

const addresses = ["/openapi.json", "/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"]

layer(Service.layer(), { excludeTestServices: true })("the reference", (it) => {
  it.effect.each(addresses.map((address) => [address] as const))(
    "is served at %s as it is, or compressed for whoever takes that",
    ([address]) =>
      Effect.gen(function* () {
        const plain = yield* ask(address)
        const compressed = yield* ask(address, { "accept-encoding": "br;q=1, gzip;q=0.8" })
        assert.deepStrictEqual([plain.status, compressed.status], [200, 200])
        assert.notProperty(plain.headers, "content-encoding")
        assert.strictEqual(compressed.headers["content-encoding"], "gzip")
        assert.strictEqual(Buffer.compare(gunzipSync(compressed.body), plain.body), 0)
        for (const { complete, headers } of [plain, compressed]) {
          assert.isTrue(complete)
          assert.strictEqual(headers["vary"], "accept-encoding")
          assert.strictEqual(headers["x-content-type-options"], "nosniff")
        }
      })
  )

  it.effect.each(addresses.map((address) => [address] as const))("is not sent twice from %s", ([address]) =>
    Effect.gen(function* () {
      const { etag = "" } = (yield* ask(address)).headers
      const { body, headers, status } = yield* ask(address, { "if-none-match": etag })
      assert.strictEqual(status, 304)
      assert.lengthOf(body, 0)
      assert.strictEqual(headers["etag"], etag)
      assert.strictEqual(headers["cache-control"], "no-cache")
      assert.strictEqual((yield* ask(address, { "if-none-match": `"another"` })).status, 200)
    })
  )

  it.effect.each(addresses.map((address) => [address] as const))("takes no POST at %s", ([address]) =>
    Effect.gen(function* () {
      const answer = yield* request(address, { method: "POST" })
      yield* assertFailure(answer, 405, "MethodNotAllowed")
      assert.strictEqual(answer.headers.get("allow"), "GET")
    })
  )

  it.effect("lets its page load scripts and styles from here alone, none of them inline", () =>
    Effect.gen(function* () {
      const { headers } = yield* ask("/docs")
      const policy = headers["content-security-policy"] ?? ""
      assert.include(policy, "default-src 'none'; script-src 'self'; style-src 'self';")
      assert.notMatch(policy, /unsafe|https?:|\*/)
    })
  )

  it.effect.each(["/docs/", "/docs/?from=somewhere"].map((path) => [path] as const))(
    "is not at %s, where its page would look for its files elsewhere",
    ([path]) =>
      Effect.gen(function* () {
        const { headers, status } = yield* ask(path)
        assert.strictEqual(status, 308)
        assert.strictEqual(headers["location"], "../docs")
      })
  )

  it.effect("is nothing but its own files", () =>
    Effect.gen(function* () {
      for (const path of ["/docs/swagger-ui.js", "/docs/../package.json", "/docs/%2e%2e/package.json"]) {
        assert.strictEqual((yield* ask(path)).status, 404)
      }
    })
  )
})
