import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { balanceOf, follow, generate, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"

/** As it is told to who asks whether the server is ready, which it is all the while. */
const circuit = Effect.map(request("/readyz"), ({ json, status }) => {
  assert.strictEqual(status, 200)
  return Object(json["data"])["upstreamCircuit"]
})

layer(Service.layer({}, { runsFor: "1 second" }), { excludeTestServices: true })(
  "an upstream that takes no orders",
  (it) => {
    it.effect("is spared further ones, which get 503 at once; those that it took are followed to their end", () =>
      Effect.gen(function* () {
        const { counters, play } = yield* UpstreamSimulator
        const fingerprint = yield* newAccount
        assert.strictEqual(yield* circuit, "closed")
        const taken = yield* taskIdOf(yield* generate({ fingerprint }))
        // For longer than an order is tried, so that each is over at once.
        yield* play(Fault.refuse(429, { retryAfter: "60" }), { times: Infinity })
        const refused = yield* Effect.all(
          [1, 2, 3, 4, 5].map(() => generate({ fingerprint })),
          { concurrency: "unbounded" }
        )
        for (const answer of refused) yield* assertFailure(answer, 503, "UpstreamUnavailable")
        const { calls: before } = yield* counters
        const answer = yield* generate({ fingerprint })
        yield* assertFailure(answer, 503, "UpstreamUnavailable")
        assert.strictEqual(yield* circuit, "open")
        assert.match(answer.headers.get("retry-after") ?? "", /^[1-5]$/)
        assert.strictEqual((yield* counters).calls.submit, before.submit)
        assert.strictEqual(yield* balanceOf(fingerprint), 9)
        assert.strictEqual((yield* follow(taken)).status, "completed")
      })
    )
  }
)
