import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { post, request } from "./support/Client.ts"
import { differs } from "./support/Differences.ts"
import { assertFailure, assertUntouched } from "./support/Failures.ts"
import { generate, newAccount } from "./support/Jobs.ts"
import { rawRequest, sendRaw } from "./support/RawSocket.ts"
import * as Service from "./support/Service.ts"

const fox = { prompt: "a red fox", direction: "details" }
const task = "/api/images/tasks/00000000-0000-4000-8000-000000000000"

layer(Service.layer(), { excludeTestServices: true })("a request", (it) => {
  it.effect.each([
    ["no prompt", { direction: "details" }],
    ["a blank prompt", { ...fox, prompt: " " }],
    ["a prompt of 32,001 characters", { ...fox, prompt: "x".repeat(32_001) }],
    ["no direction", { prompt: "a red fox" }],
    ["another direction", { ...fox, direction: "Details" }],
    ["a list of directions", { ...fox, direction: ["details"] }],
    ["null", null]
  ] as const)("for an enhancement with %s gets 400", ([, body]) =>
    Effect.gen(function* () {
      const { requests } = yield* Service.freshUpstream
      yield* assertFailure(yield* post("/api/prompts/enhance", body), 400, "InvalidRequest")
      assert.lengthOf(
        (yield* requests).filter(({ call }) => call === "chat"),
        0
      )
    })
  )

  it.effect("in JSON that is not UTF-8 gets 400 and reaches neither upstream nor balance", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const headers = { "content-type": "application/json; charset=utf-8" }
      const body = Buffer.from(JSON.stringify({ prompt: "un café", fingerprint }), "latin1")
      const answer = yield* request("/api/images/generate", { method: "POST", headers, body })
      yield* assertFailure(answer, 400, "InvalidRequest")
      assert.deepStrictEqual(answer.json["issues"], [{ path: "", problem: "the body is not UTF-8" }])
      yield* assertUntouched(fingerprint)
    })
  )

  it.effect.each([
    ["/api/quota/status", {}],
    ["/api/quota/status", { fingerprint: "short" }],
    ["/api/quota/check-in", { fingerprint: null }],
    ["/api/quota/check-in", { fingerprint: "../../etc/passwd" }],
    ["/api/quota/check-in", []]
  ] as const)("to %s with %o gets 400", ([path, body]) =>
    Effect.gen(function* () {
      yield* assertFailure(yield* post(path, body), 400, "InvalidRequest")
    })
  )

  it.effect.each([
    ["no UUID", "fox", 400, "InvalidRequest"],
    ["a UUID in upper case", "AAAAAAAA-0000-4000-8000-000000000000", 400, "InvalidRequest"],
    ["a UUID and more", "00000000-0000-4000-8000-000000000000%0A", 400, "InvalidRequest"],
    ["two ids", "00000000-0000-4000-8000-000000000000,00000000-0000-4000-8000-000000000001", 400, "InvalidRequest"],
    ["a way out", "..%2F..%2F..%2Fetc%2Fpasswd", 400, "InvalidRequest"],
    ["a null byte", "%00", 400, "InvalidRequest"],
    ["half a character", "%E0%A4%A", 404, "RouteNotFound"],
    ["8,000 characters", "a".repeat(8_000), 404, "RouteNotFound"]
  ] as const)("for a task whose id is %s gets an answer, and the upstream no look-up", ([, id, status, error]) =>
    Effect.gen(function* () {
      const { requests } = yield* Service.freshUpstream
      yield* assertFailure(yield* request(`/api/images/tasks/${id}`), status, error)
      yield* assertFailure(yield* request(`/api/images/tasks/${id}/image`), status, error)
      assert.lengthOf(yield* requests, 0)
    })
  )

  it.effect.each(["", " ", "two words", "ключ", "x".repeat(256), "tab\tbed"].map((key) => [key] as const))(
    "with the Idempotency-Key '%s' gets 400 and reaches neither upstream nor balance",
    ([key]) =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const fingerprint = yield* newAccount
        // As UTF-8: a header of `fetch` takes bytes.
        const header = Buffer.from(key).toString("latin1")
        yield* assertFailure(yield* generate({ fingerprint }, { "idempotency-key": header }), 400, "InvalidRequest")
        yield* assertUntouched(fingerprint)
      })
  )

  it.effect.each([
    "/",
    "/nowhere",
    "/api",
    "/api/images",
    `${task}/events/more`,
    "/API/STATUS",
    "//metrics",
    "/api//status",
    "/images/x.png",
    "/v1/chat/completions",
    "/%"
  ])("to %s gets 404", (path) =>
    Effect.gen(function* () {
      yield* assertFailure(yield* request(path), 404, "RouteNotFound")
      yield* assertFailure(yield* post(path, {}), 404, "RouteNotFound")
    })
  )

  it.effect.each([
    ["GET", "/api/images/generate", "POST"],
    ["PUT", "/api/images/generate", "POST"],
    ["DELETE", task, "GET, HEAD"],
    ["POST", `${task}/image`, "GET, HEAD"],
    ["GET", "/api/prompts/enhance", "POST"],
    ["GET", "/api/quota/check-in", "POST"],
    ["PATCH", "/api/quota/status", "POST"],
    ["POST", "/healthz", "GET, HEAD"],
    ["OPTIONS", "/api/status", "GET, HEAD"]
  ] as const)("%s to %s gets 405, and is told what the address takes", ([method, path, allowed]) =>
    Effect.gen(function* () {
      const answer = yield* request(path, { method })
      yield* assertFailure(answer, 405, "MethodNotAllowed")
      assert.strictEqual(answer.headers.get("allow"), allowed)
    })
  )

  it.effect("that expects what nobody has heard of is answered like any other", () =>
    Effect.gen(function* () {
      const answer = yield* sendRaw(rawRequest("/api/nowhere", { Expect: "nonsense", "Content-Length": "0" }, ""))
      assert.match(answer, /^HTTP\/1\.1 404 [^]*"error":"RouteNotFound"/)
    })
  )

  it.effect("HEAD gets what GET would get, without a body", () =>
    Effect.gen(function* () {
      const head = (path: string) => request(path, { method: "HEAD" })
      assert.strictEqual((yield* head("/api/status")).status, 200)
      const { headers, status } = yield* head("/api/images/generate")
      assert.deepStrictEqual([status, headers.get("allow")], [405, "POST"])
    })
  )

  it.effect.each([
    ["JSON", "application/json", (account: string) => JSON.stringify({ prompt: "a red fox", fingerprint: account })],
    [
      "a form",
      "multipart/form-data; boundary=x",
      (account: string) => `--x\r\nContent-Disposition: form-data; name="fingerprint"\r\n\r\n${account}`
    ]
  ] as const)("of %s that is shorter than it says reaches neither upstream nor balance", ([, type, write]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const headers = { "Content-Type": type, "Content-Length": "1000" }
      const answer = yield* sendRaw(rawRequest("/api/images/generate", headers, write(fingerprint)))
      assert.match(answer, differs("answers nobody who has closed his half of the line") ? /^$/ : /^HTTP\/1\.1 400 /)
      yield* assertUntouched(fingerprint)
    })
  )
})
