import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { asJson, type Answer, request } from "../e2e/support/Client.ts"
import { complete, imagePath, newAccount } from "../e2e/support/Jobs.ts"
import { sendRaw } from "../e2e/support/RawSocket.ts"
import * as Service from "../e2e/support/Service.ts"

const options = { excludeTestServices: true } as const
const unknownTask = "/api/images/tasks/00000000-0000-4000-8000-000000000000"

const due: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}
const banners = ["server", "x-powered-by", "via"]

const assertHeaders = (answer: Answer) => {
  for (const [name, value] of Object.entries(due)) assert.strictEqual(answer.headers.get(name), value, name)
  for (const name of banners) assert.isNull(answer.headers.get(name), name)
}

const anImage = Effect.gen(function* () {
  const { id } = yield* complete({ fingerprint: yield* newAccount })
  return yield* request(imagePath(id))
})

layer(Service.layer({ TRUST_PROXY: "true" }), options)("every answer", (it) => {
  it.effect.each([
    ["a success", "/api/status", {}, 200],
    ["the OpenAPI document", "/openapi.json", {}, 200],
    ["an unknown route", "/nowhere", {}, 404],
    ["another method", "/api/status", { method: "PUT" }, 405],
    ["no image", `${unknownTask}/image`, {}, 404],
    ["an event stream", `${unknownTask}/events`, {}, 200],
    ["a bad request", "/api/quota/status", asJson({}), 400],
    ["a foreign page", "/api/quota/status", asJson({}, { origin: "https://attacker.example" }), 403],
    ["too much", "/api/images/generate", asJson("x".repeat(17_000_000)), 413],
    ["no body to read", "/api/quota/status", { method: "POST", body: "text" }, 415]
  ] as const)("to %s says that it is data and nobody else's", ([, path, init, status]) =>
    Effect.gen(function* () {
      const answer = yield* request(path, init)
      assert.strictEqual(answer.status, status)
      assertHeaders(answer)
      assert.strictEqual(answer.headers.get("cross-origin-resource-policy"), "same-origin")
      assert.match(answer.headers.get("cache-control") ?? "", /^no-(store|cache)$/)
      assert.isNull(answer.headers.get("strict-transport-security"))
    })
  )

  it.effect("to what is no HTTP does too", () =>
    Effect.gen(function* () {
      const answer = yield* sendRaw("GET / HTTP/1.1\r\nHost\r\n\r\n")
      assert.match(answer, /^HTTP\/1\.1 400 /)
      for (const [name, value] of Object.entries(due)) assert.include(answer, `\r\n${name}: ${value}\r\n`)
    })
  )

  it.effect("is for TLS alone, once it came by TLS", () =>
    Effect.gen(function* () {
      const headers = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" }
      for (const path of ["/api/status", "/nowhere"]) {
        const answer = yield* request(path, { headers })
        assert.strictEqual(answer.headers.get("strict-transport-security"), "max-age=31536000")
      }
    })
  )

  it.effect("with an image may be kept for ever, and shown by the site's own pages", () =>
    Effect.gen(function* () {
      const answer = yield* anImage
      assertHeaders(answer)
      assert.strictEqual(answer.headers.get("cross-origin-resource-policy"), "same-site")
      assert.match(answer.headers.get("cache-control") ?? "", /immutable/)
    })
  )
})

layer(Service.layer({ IMAGE_RESOURCE_POLICY: "cross-origin" }), options)("as configured,", (it) => {
  it.effect("all pages may show an image, and nobody's word makes it TLS", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* anImage).headers.get("cross-origin-resource-policy"), "cross-origin")
      const headers = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" }
      assert.isNull((yield* request("/api/status", { headers })).headers.get("strict-transport-security"))
    })
  )
})
