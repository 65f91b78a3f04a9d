import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { asJson, formOf, request } from "../e2e/support/Client.ts"
import { openApi } from "../e2e/support/Contract.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { file, png } from "../e2e/support/Fixtures.ts"
import { follow, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"

layer(Service.layer(), { excludeTestServices: true })("the API's document", (it) => {
  // That an answer is as documented, `request` asserts of each one here and in all tests end to end.
  it.effect("knows every good answer of the server, and none that the server does not give", () =>
    Effect.gen(function* () {
      const given = new Set<string>()
      const ask = Effect.fnUntraced(function* (address: string, init: RequestInit = {}, id = "") {
        const method = init.method ?? "GET"
        const answer = yield* request(address.replace("{id}", id), { ...init, method })
        given.add(`${method} ${address} ${answer.status}`)
        return answer
      })
      // The simulator's storage has no parts to give, but what is in memory has.
      const { play } = yield* UpstreamSimulator
      yield* play(Fault.base64Only())
      const fingerprint = yield* newAccount
      const order = { prompt: "a red fox", fingerprint }
      for (const address of ["/api/status", "/healthz", "/readyz", "/metrics"]) yield* ask(address)
      for (const address of ["/api/quota/status", "/api/quota/check-in"]) yield* ask(address, asJson({ fingerprint }))
      yield* ask("/api/prompts/enhance", asJson({ prompt: "a red fox", direction: "details" }))
      const keyed = asJson(order, { "idempotency-key": "order-1" })
      const id = yield* taskIdOf(yield* ask("/api/images/generate", keyed))
      const replayed = yield* ask("/api/images/generate", keyed)
      assert.strictEqual(replayed.headers.get("idempotency-replayed"), "true")
      yield* ask("/api/images/generate", { method: "POST", body: formOf(order, [file("fox.png", png("a fox"))]) })

      yield* ask("/api/images/tasks/{id}/events", {}, id)
      yield* follow(id)
      yield* ask("/api/images/tasks/{id}", {}, id)
      yield* ask("/api/images/tasks/{id}", {}, "00000000-0000-4000-8000-000000000000")
      yield* ask("/api/images/tasks/{id}/events", { headers: { "last-event-id": "completed" } }, id)

      const image = "/api/images/tasks/{id}/image"
      const { headers } = yield* ask(image, {}, id)
      const known = { headers: { "if-none-match": headers.get("etag") ?? "" } }
      yield* ask(image, known, id)
      yield* ask(image, { headers: { range: "bytes=0-9" } }, id)
      yield* ask(image, { method: "HEAD" }, id)
      yield* ask(image, { method: "HEAD", ...known }, id)

      assert.deepStrictEqual([...given].toSorted(), goodAnswers.toSorted())
    })
  )

  it.effect.each(
    Object.entries(openApi.paths).flatMap(([address, { post }]) => (post === undefined ? [] : [[address] as const]))
  )("knows what %s says to a body that it does not take", ([address]) =>
    Effect.gen(function* () {
      const unlike = yield* request(address, { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" })
      yield* assertFailure(unlike, 415, "UnsupportedMediaType")
      yield* assertFailure(yield* request(address, asJson({})), 400, "InvalidRequest")
      yield* assertFailure(yield* request(address, asJson("x".repeat(16_777_216))), 413, "PayloadTooLarge")
    })
  )
})

const goodAnswers = Object.entries(openApi.paths).flatMap(([address, operations]) =>
  Object.entries(operations).flatMap(([method, { responses }]) =>
    Object.keys(responses)
      .filter((status) => Number(status) < 400)
      .map((status) => `${method.toUpperCase()} ${address} ${status}`)
  )
)
