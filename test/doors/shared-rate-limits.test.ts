import { assert, describe, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { request } from "../e2e/support/Client.ts"
import * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import * as Redis from "./Redis.ts"

const service = Effect.fnUntraced(function* (url: string) {
  const variables = { RATE_LIMIT: "all=4/hour", RATE_LIMIT_STORE_URL: url }
  return yield* Service.start(yield* Service.newStorePath, variables)
})

const ask = (node: Service.Service["Service"]) =>
  Effect.map(Effect.provideService(request("/api/status"), Service.Service, node), ({ headers, status }) => [
    status,
    headers.get("ratelimit")
  ])

describe.skipIf(!Redis.isInstalled)("with a Redis to count in,", () => {
  it.live("servers count together; while it hangs or is gone each counts for itself", () =>
    Effect.gen(function* () {
      const redis = yield* Redis.start
      const [one, other] = [yield* service(redis.url), yield* service(redis.url)]
      for (const [node, left] of [
        [one, 3],
        [other, 2],
        [one, 1],
        [other, 0]
      ] as const) {
        assert.deepStrictEqual(yield* ask(node), [200, `"all";r=${left};t=900`])
      }
      assert.strictEqual((yield* ask(one))[0], 429)

      yield* redis.freeze
      assert.deepStrictEqual(yield* ask(one), [200, `"all";r=3;t=900`])
      yield* redis.kill
      for (const left of [2, 1, 0]) assert.deepStrictEqual(yield* ask(one), [200, `"all";r=${left};t=900`])
      assert.strictEqual((yield* ask(one))[0], 429)
      assert.strictEqual((yield* ask(other))[0], 200)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})

describe("with a Redis that can't be reached", () => {
  it.live("the process does not start, and its password stays where it is", () =>
    Effect.gen(function* () {
      const { exit, output } = yield* Process.serve({
        ...(yield* Process.variables(yield* Service.newStorePath)),
        RATE_LIMIT_STORE_URL: "redis://:swordfish@127.0.0.1:1"
      })
      assert.notStrictEqual(yield* exit, 0)
      const said = output.stdout + output.stderr
      assert.include(said, "RATE_LIMIT_STORE_URL")
      assert.include(said, "ECONNREFUSED")
      assert.notInclude(said, "swordfish")
      assert.notInclude(output.stderr, "    at ")
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
