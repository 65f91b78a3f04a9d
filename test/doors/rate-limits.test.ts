import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { type Answer, formOf, post, request } from "../e2e/support/Client.ts"
import { assertFailure, assertUntouched } from "../e2e/support/Failures.ts"
import { balanceOf, follow, generate, generateByForm, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { ask } from "../images/RawClient.ts"

const options = { excludeTestServices: true } as const

/** Every test's client has an address of its own, as a proxy would tell it. */
const from = (address: string) => ({ "x-forwarded-for": address })

const assertLimited = Effect.fnUntraced(function* (answer: Answer, atMost: number) {
  yield* assertFailure(answer, 429, "RateLimited")
  const seconds = Number(answer.headers.get("retry-after"))
  assert.isTrue(seconds >= 1 && seconds <= atMost, `Retry-After: ${seconds}`)
  assert.strictEqual(answer.json["retryAfter"], seconds)
})

const limits =
  "all=20/hour,generate=4/hour,enhance=3/hour,check-in=3/hour,account-generate=2/minute,account-check-in=2/minute"

layer(Service.layer({ RATE_LIMIT: limits, TRUST_PROXY: "true" }), options)("of requests from one address,", (it) => {
  it.effect("so many of a kind pass, and one more does not; another address's do", () =>
    Effect.gen(function* () {
      const enhance = (address: string) =>
        post("/api/prompts/enhance", { prompt: "a red fox", direction: "details" }, from(address))
      const first = yield* enhance("203.0.113.1")
      assert.strictEqual(first.headers.get("ratelimit-policy"), `"all";q=20;w=3600, "enhance";q=3;w=3600`)
      assert.strictEqual(first.headers.get("ratelimit"), `"all";r=19;t=180, "enhance";r=2;t=1200`)
      for (const _ of [2, 3]) assert.strictEqual((yield* enhance("203.0.113.1")).status, 200)
      const refused = yield* enhance("203.0.113.1")
      yield* assertLimited(refused, 1200)
      assert.match(refused.headers.get("ratelimit") ?? "", /, "enhance";r=0;t=\d+$/)
      assert.strictEqual((yield* enhance("203.0.113.2")).status, 200)
    })
  )

  it.effect("all of a /64 count as one", () =>
    Effect.gen(function* () {
      const checkIn = (address: string, fingerprint: string) =>
        Effect.map(post("/api/quota/check-in", { fingerprint }, from(address)), ({ status }) => status)
      assert.strictEqual(yield* checkIn("2001:db8:1:2::1", "newcomer-1"), 200)
      assert.strictEqual(yield* checkIn("2001:db8:1:2:ffff::", "newcomer-2"), 200)
      assert.strictEqual(yield* checkIn("2001:db8:1:2:3:4:5:6", "newcomer-3"), 200)
      assert.strictEqual(yield* checkIn("2001:db8:1:2::2", "newcomer-4"), 429)
      assert.strictEqual(yield* checkIn("2001:db8:1:3::1", "newcomer-4"), 200)
    })
  )

  it.effect("an address that the client only claims does not count", () =>
    Effect.gen(function* () {
      const spoofed = (claimed: string) =>
        post("/api/prompts/enhance", { prompt: "a fox", direction: "details" }, from(`${claimed}, 203.0.113.3`))
      for (const claimed of ["1.1.1.1", "1.1.1.2", "1.1.1.3"]) assert.strictEqual((yield* spoofed(claimed)).status, 200)
      yield* assertLimited(yield* spoofed("1.1.1.4"), 1200)
    })
  )

  it.effect("every one counts together, whatever it is and however it ends; the operator's probes do not", () =>
    Effect.gen(function* () {
      const get = (path: string) => request(path, { headers: from("203.0.113.4") })
      const foreign = { ...from("203.0.113.4"), "sec-fetch-site": "cross-site" }
      for (let asked = 0; asked < 8; asked++) {
        assert.strictEqual((yield* get("/api/status")).status, 200)
        assert.strictEqual((yield* get("/nowhere")).status, 404)
      }
      for (let asked = 0; asked < 4; asked++) {
        assert.strictEqual((yield* post("/api/quota/status", {}, foreign)).status, 403)
      }
      yield* assertLimited(yield* get("/api/status"), 180)
      yield* assertLimited(yield* get("/nowhere"), 180)
      assert.strictEqual((yield* get("/healthz")).status, 200)
      assert.strictEqual((yield* get("/readyz")).status, 200)
    })
  )

  it.effect("an address written otherwise leads past no limit", () =>
    Effect.gen(function* () {
      const order = { fingerprint: "short" }
      for (const path of [
        "/api/images/generate",
        "/api/images/gener%61te",
        "/api/images/generate?x",
        "/api/images/generate"
      ])
        assert.strictEqual((yield* post(path, order, from("203.0.113.5"))).status, 400)
      yield* assertLimited(yield* post("/api/images/gener%61te", order, from("203.0.113.5")), 900)
    })
  )

  it.effect("one too many is refused before its body is read", () =>
    Effect.gen(function* () {
      for (const _ of [1, 2, 3, 4]) yield* post("/api/images/generate", {}, from("203.0.113.6"))
      const head = { ...from("203.0.113.6"), "Content-Length": "100000", "Content-Type": "application/json" }
      const { body, status } = yield* ask("/api/images/generate", head, "POST")
      assert.strictEqual(status, 429)
      assert.deepInclude(JSON.parse(body.toString()), { code: 429, error: "RateLimited" })
    })
  )
})

layer(
  Service.layer({ RATE_LIMIT: "account-generate=2/minute,account-check-in=2/minute", TRUST_PROXY: "true" }),
  options
)("of an account's requests,", (it) => {
  it.effect("from however many addresses, one order too many is refused and costs nothing", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* generate({ fingerprint }, from("203.0.113.1"))
      yield* generateByForm({ fingerprint }, [], from("203.0.113.2"))
      yield* assertLimited(yield* generate({ fingerprint }, from("203.0.113.3")), 30)
      yield* assertLimited(yield* generateByForm({ fingerprint }, [], from("203.0.113.4")), 30)
      assert.strictEqual(yield* balanceOf(fingerprint), 8)
      const other = yield* newAccount
      assert.strictEqual((yield* generate({ fingerprint: other }, from("203.0.113.1"))).status, 200)
    })
  )

  it.effect("one check-in too many is refused", () =>
    Effect.gen(function* () {
      const checkIn = post("/api/quota/check-in", { fingerprint: yield* newAccount })
      assert.strictEqual((yield* checkIn).status, 200)
      yield* assertLimited(yield* checkIn, 30)
    })
  )
})

layer(Service.layer({ RATE_LIMIT: "account-tasks=3" }, { runsFor: "1 second" }), options)(
  "of an account's tasks,",
  (it) => {
    it.effect("one too many in flight is refused and costs nothing, until one has ended; a repeat is none", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const fingerprint = yield* newAccount
        const orders = yield* Effect.forEach(
          [1, 2, 3, 4, 5, 6],
          (key) => generate({ fingerprint }, { "idempotency-key": `order-${key}` }),
          {
            concurrency: "unbounded"
          }
        )
        const [accepted = [], refused = []] = [200, 429].map((status) =>
          orders.filter((answer) => answer.status === status)
        )
        assert.deepStrictEqual([accepted.length, refused.length], [3, 3])
        for (const answer of refused) {
          yield* assertFailure(answer, 429, "TooManyTasks")
          assert.strictEqual(answer.json["limit"], 3)
          assert.strictEqual(answer.headers.get("retry-after"), "5")
        }
        assert.strictEqual(yield* balanceOf(fingerprint), 7)
        for (const answer of accepted) yield* follow(yield* taskIdOf(answer))
        assert.strictEqual((yield* generate({ fingerprint })).status, 200)
      })
    )
  }
)

layer(Service.layer({ RATE_LIMIT: "" }), options)("with the limits as they are by default", (it) => {
  it.effect("they are there, and told", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const answer = yield* request("/api/images/generate", { method: "POST", body: formOf({ fingerprint }) })
      yield* assertFailure(answer, 400, "InvalidRequest")
      assert.include(answer.headers.get("ratelimit-policy") ?? "", `"generate";q=120;w=60`)
      yield* assertUntouched(fingerprint)
    })
  )
})
