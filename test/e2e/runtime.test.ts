import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { request } from "./support/Client.ts"
import { differs } from "./support/Differences.ts"
import { sendRaw } from "./support/RawSocket.ts"
import * as Service from "./support/Service.ts"

const inItsOwnWords = differs("refuses in its own words what is no request yet")

layer(Service.layer(), { excludeTestServices: true })("before there is a request", (it) => {
  it.effect("what is not HTTP is refused", () =>
    Effect.gen(function* () {
      const answer = yield* sendRaw("NONSENSE\r\n\r\n")
      assert.match(answer, /^HTTP\/1\.1 400 /)
      assert.match(answer, inItsOwnWords ? /\r\n\r\n$/ : /"error":"InvalidRequest"/)
    })
  )

  it.effect("headers that are too large are refused", () =>
    Effect.gen(function* () {
      const { json, status, text } = yield* request("/healthz", { headers: { "x-large": "x".repeat(100_000) } })
      assert.strictEqual(status, differs("calls headers that are too large a bad request") ? 400 : 431)
      if (inItsOwnWords) assert.strictEqual(text, "")
      else assert.deepInclude(json, { code: 431, error: "HeadersTooLarge" })
      assert.strictEqual((yield* request("/healthz")).status, 200)
    })
  )
})
