import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Service from "../e2e/support/Service.ts"
import { answersOf, converse } from "./Conversation.ts"
import { get, request } from "./corpus/Case.ts"

const RATE_LIMIT = "all=3/hour"

/** What one asks who comes from here, and maybe claims to come from elsewhere. */
const ask = (from: string, claimed: ReadonlyArray<string> = []) =>
  Effect.map(
    converse(get([...claimed.map((address) => `X-Forwarded-For: ${address}`), "Connection: close"]), { from }),
    (heard) => answersOf(heard).map(({ status }) => status)
  )

layer(Service.layer({ RATE_LIMIT }), { excludeTestServices: true })("requests are counted", (it) => {
  it.effect("by the address at the other end of the line, whatever they claim", () =>
    Effect.gen(function* () {
      for (const claimed of ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) {
        assert.deepStrictEqual(yield* ask("127.0.0.2", [claimed]), [200])
      }
      assert.deepStrictEqual(yield* ask("127.0.0.2", ["203.0.113.4"]), [429])
      assert.deepStrictEqual(yield* ask("127.0.0.3"), [200])
    })
  )

  it.effect("but for what is no HTTP, which is told so however many came before", () =>
    Effect.gen(function* () {
      for (const _ of [1, 2, 3]) assert.deepStrictEqual(yield* ask("127.0.0.5"), [200])
      const broken = request("GET /api/status HTTP/1.1", ["Host: service/metrics?", "Connection: close"])
      const heard = yield* converse(broken, { from: "127.0.0.5" })
      assert.deepStrictEqual(
        answersOf(heard).map(({ status }) => status),
        [400]
      )
    })
  )
})

layer(Service.layer({ RATE_LIMIT, TRUST_PROXY: "127.0.0.2/32" }), { excludeTestServices: true })(
  "requests are counted",
  (it) => {
    it.effect("by the address that a trusted proxy tells, and no other tells one", () =>
      Effect.gen(function* () {
        for (const _ of [1, 2, 3]) assert.deepStrictEqual(yield* ask("127.0.0.2", ["203.0.113.1"]), [200])
        assert.deepStrictEqual(yield* ask("127.0.0.2", ["203.0.113.1"]), [429])
        assert.deepStrictEqual(yield* ask("127.0.0.2", ["203.0.113.2"]), [200])
        for (const _ of [1, 2, 3]) assert.deepStrictEqual(yield* ask("127.0.0.4", ["203.0.113.3"]), [200])
        assert.deepStrictEqual(yield* ask("127.0.0.4", ["203.0.113.4"]), [429])
      })
    )
  }
)
