import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { asJson, request } from "../e2e/support/Client.ts"
import { assertFailure, assertUntouched } from "../e2e/support/Failures.ts"
import { generate, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"

const trusted = "https://app.example"
const foreign = "https://attacker.example"
const status = "/api/quota/status"
const anybody = { fingerprint: "newcomer-1" }
const preflightOf = (origin: string) => ({
  method: "OPTIONS",
  headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "idempotency-key" }
})

layer(Service.layer({ TRUSTED_ORIGINS: `${trusted}, capacitor://localhost` }), { excludeTestServices: true })(
  "with trusted origins,",
  (it) => {
    it.effect("a foreign page gets 403 in its visitor's language, and nothing is bought", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const fingerprint = yield* newAccount
        const headers = { origin: foreign, "sec-fetch-site": "cross-site", "accept-language": "zh-CN" }
        const answer = yield* generate({ fingerprint }, headers)
        yield* assertFailure(answer, 403, "CrossOriginRefused")
        assert.strictEqual(answer.json["message"], "其他来源的网页不能使用本服务。")
        assert.isNull(answer.headers.get("access-control-allow-origin"))
        yield* assertUntouched(fingerprint)
      })
    )

    it.effect.each([
      ["the service's own page", {}, 200],
      ["an older browser on it", { origin: "own" }, 200],
      ["a trusted page", { origin: trusted, "sec-fetch-site": "cross-site" }, 200],
      ["a trusted app's web view", { origin: "capacitor://localhost" }, 200],
      ["a page of the same site", { origin: "https://other.app.example", "sec-fetch-site": "same-site" }, 403],
      ["a sandboxed page", { origin: "null" }, 403]
    ] as const)("%s: %o", ([, headers, expected]) =>
      Effect.gen(function* () {
        const { url } = yield* Service.Service
        const sent = "origin" in headers && headers.origin === "own" ? { origin: url } : headers
        assert.strictEqual((yield* request(status, asJson(anybody, sent))).status, expected)
      })
    )

    it.effect("a trusted page may send and read what the API has, and its neighbours in a cache may not", () =>
      Effect.gen(function* () {
        const preflight = yield* request("/api/images/generate", preflightOf(trusted))
        assert.strictEqual(preflight.status, 204)
        assert.strictEqual(preflight.headers.get("access-control-allow-origin"), trusted)
        assert.include(preflight.headers.get("access-control-allow-methods") ?? "", "POST")
        assert.include(preflight.headers.get("access-control-allow-headers") ?? "", "idempotency-key")

        const answer = yield* request(status, asJson(anybody, { origin: trusted }))
        assert.strictEqual(answer.headers.get("access-control-allow-origin"), trusted)
        const exposed = answer.headers.get("access-control-expose-headers")?.split(",") ?? []
        assert.includeMembers(exposed, ["idempotency-replayed", "ratelimit", "retry-after", "x-request-id"])
        assert.isNull(answer.headers.get("access-control-allow-credentials"))

        const elsewhere = yield* request("/api/status", { headers: { origin: foreign } })
        assert.strictEqual(elsewhere.status, 200)
        assert.isNull(elsewhere.headers.get("access-control-allow-origin"))
        for (const { headers } of [preflight, answer, elsewhere]) assert.include(headers.get("vary") ?? "", "Origin")
      })
    )

    it.effect("a failure can be read by a trusted page too", () =>
      Effect.gen(function* () {
        const answer = yield* request(status, asJson({}, { origin: trusted }))
        yield* assertFailure(answer, 400, "InvalidRequest")
        assert.strictEqual(answer.headers.get("access-control-allow-origin"), trusted)
      })
    )

    it.effect("a foreign page's preflight is no question that this service answers", () =>
      Effect.gen(function* () {
        const answer = yield* request("/api/images/generate", preflightOf(foreign))
        yield* assertFailure(answer, 405, "MethodNotAllowed")
        assert.isNull(answer.headers.get("access-control-allow-origin"))
      })
    )
  }
)

layer(Service.layer(), { excludeTestServices: true })("with no trusted origins", (it) => {
  it.effect("no page elsewhere may read a thing", () =>
    Effect.gen(function* () {
      const answer = yield* request("/api/status", { headers: { origin: foreign } })
      assert.isNull(answer.headers.get("access-control-allow-origin"))
      yield* assertFailure(yield* request("/api/status", preflightOf(foreign)), 405, "MethodNotAllowed")
    })
  )
})
