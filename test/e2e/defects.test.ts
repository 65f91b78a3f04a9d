import { assert, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import { past } from "./support/Books.ts"
import { post, request } from "./support/Client.ts"
import { assertFailure } from "./support/Failures.ts"
import { complete, generate, imagePath, newAccount, taskIdOf, taskOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"
import { holdSubmission, submittedId } from "./support/Upstream.ts"

// Each on a service of its own: what it does to its service, no other test survives.
it.live("a defect leaves as the one failure body, and nothing of it with it", () =>
  Effect.gen(function* () {
    const fingerprint = yield* newAccount
    const { answer } = yield* holdSubmission({ status: 400 })
    const ordering = yield* Effect.forkChild(generate({ fingerprint }))
    const id = yield* submittedId
    const books = yield* past
    books.prepare("DELETE FROM spends WHERE task_id = ?").run(id)
    yield* answer({ detail: { error: "no" } })
    yield* assertFailure(yield* Fiber.join(ordering), 500, "InternalError")
    assert.strictEqual((yield* request("/healthz")).status, 200)
  }).pipe(Effect.provide(Service.layer()))
)

it.live("books that can't be read make every route that needs them say when to come back, and no other", () =>
  Effect.gen(function* () {
    const { play, reset, requests } = yield* UpstreamSimulator
    const fingerprint = yield* newAccount
    const completed = yield* complete({ fingerprint })
    yield* play(Fault.neverEnds())
    const running = yield* taskIdOf(yield* generate({ fingerprint }))
    const books = yield* past
    books.exec("PRAGMA foreign_keys = OFF; DROP TABLE spends; DROP TABLE accounts")
    yield* reset
    const account = { fingerprint: "account-0000" }
    for (const answer of [
      yield* post("/api/quota/status", account),
      yield* post("/api/quota/check-in", account),
      yield* post("/api/images/generate", { ...account, prompt: "a red fox" }),
      yield* request(`/api/images/tasks/${running}`),
      yield* request(imagePath(running))
    ]) {
      yield* assertFailure(answer, 503, "QuotaUnavailable")
      assert.strictEqual(answer.headers.get("retry-after"), String(answer.json["retryAfter"]))
    }
    assert.lengthOf(
      (yield* requests).filter(({ call }) => call === "submit"),
      0
    )
    assert.deepStrictEqual(yield* taskOf(completed.id), completed)
    assert.strictEqual((yield* request("/healthz")).status, 200)
    assert.strictEqual((yield* request("/api/status")).status, 200)
  }).pipe(Effect.provide(Service.layer()))
)

it.live("what the service is asked about itself, it answers", () =>
  Effect.gen(function* () {
    for (const [path, more] of [
      ["/api/status", {}],
      ["/healthz", {}],
      ["/readyz", { upstreamCircuit: "closed" }]
    ] as const) {
      const { json, status } = yield* request(path)
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(json, { code: 0, message: "ok", data: { status: "ok", ...more } })
    }
    const { json, status } = yield* request("/openapi.json")
    assert.strictEqual(status, 200)
    assert.strictEqual(json["openapi"], "3.1.0")
    assert.includeMembers(Object.keys(Object(json["paths"])), [
      "/api/images/generate",
      "/api/images/tasks/{id}",
      "/api/images/tasks/{id}/image",
      "/api/prompts/enhance",
      "/api/quota/status",
      "/api/quota/check-in"
    ])
    const { requests } = yield* UpstreamSimulator
    assert.lengthOf(yield* requests, 0)
  }).pipe(Effect.provide(Service.layer()))
)
