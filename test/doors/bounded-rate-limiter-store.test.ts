import { assert, describe, it } from "@effect/vitest"
import * as BoundedRateLimiterStore from "../../packages/server/src/doors/BoundedRateLimiterStore.ts"
import { Duration, Effect, Schema } from "effect"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"

const Step = Schema.Struct({
  kind: Schema.Literals(["fixedWindow", "tokenBucket"]),
  key: Schema.Literals(["a", "b"]),
  tokens: Schema.Literals([1, 2, 4]),
  limit: Schema.Literals([3, 5]),
  overflows: Schema.Boolean,
  pause: Schema.Literals([0, 1, 300, 700, 1500, 4000])
})

describe("the bounded store of rate limits", () => {
  it.effect.prop("counts as Effect's own does, which forgets nothing", [Schema.Array(Step)], ([steps]) =>
    Effect.gen(function* () {
      const theirs = yield* RateLimiter.RateLimiterStore
      const ours = BoundedRateLimiterStore.make(100)
      for (const { key, kind, limit, overflows, pause, tokens } of steps) {
        yield* TestClock.adjust(Duration.millis(pause))
        const options = { key: `${key}${limit}`, tokens, refillRate: Duration.millis(700) }
        const [expected, found] = yield* Effect.all(
          [theirs, ours].map((store) =>
            kind === "fixedWindow"
              ? store.fixedWindow({ ...options, limit: overflows ? undefined : limit })
              : store.tokenBucket({ ...options, limit, allowOverflow: overflows })
          )
        )
        assert.deepStrictEqual(found, expected)
      }
    }).pipe(Effect.provide(RateLimiter.layerStoreMemory))
  )

  const spend = (store: RateLimiter.RateLimiterStore["Service"], key: string) =>
    Effect.map(
      store.tokenBucket({ key, tokens: 1, limit: 10, refillRate: Duration.seconds(6), allowOverflow: false }),
      ([remaining]) => remaining
    )

  it.effect("forgets whom it has not seen for the longest, and nobody before it is full", () =>
    Effect.gen(function* () {
      const store = BoundedRateLimiterStore.make(3)
      for (const key of ["a", "b", "c"]) assert.strictEqual(yield* spend(store, key), 9)
      assert.strictEqual(yield* spend(store, "a"), 8)
      assert.strictEqual(yield* spend(store, "d"), 9)
      for (const key of ["a", "c", "d"]) assert.isBelow(yield* spend(store, key), 9)
      assert.strictEqual(yield* spend(store, "b"), 9)
    })
  )

  it.effect("who goes on while refused is not forgotten for it", () =>
    Effect.gen(function* () {
      const store = BoundedRateLimiterStore.make(2)
      yield* Effect.replicateEffect(spend(store, "a"), 10)
      for (const key of ["b", "c", "d", "e"]) {
        assert.strictEqual(yield* spend(store, "a"), -1)
        yield* spend(store, key)
      }
    })
  )
})
