import { assert, describe, it } from "@effect/vitest"
import * as BoundedRateLimiterStore from "../../packages/server/src/doors/BoundedRateLimiterStore.ts"
import { Clock, Duration, Effect, Schema } from "effect"
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

/** How far the clock is set back, in milliseconds. */
const Back = Schema.Literals([0, 1, 500, 10_000, 3_600_000])

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

  it.effect.prop(
    "locks nobody out when the clock goes back",
    [Schema.Array(Step), Schema.Array(Back)],
    ([steps, back]) =>
      Effect.gen(function* () {
        const store = BoundedRateLimiterStore.make(100)
        for (const [index, { key, kind, limit, pause, tokens }] of steps.entries()) {
          const now = yield* Clock.currentTimeMillis
          yield* TestClock.setTime(now + pause - (back[index] ?? 0))
          const options = { key: `${key}${limit}`, tokens, refillRate: Duration.millis(700), limit }
          const [count, wait] = yield* kind === "fixedWindow"
            ? store.fixedWindow(options)
            : store.tokenBucket({ ...options, allowOverflow: false })
          if (kind === "fixedWindow") {
            assert.isAtLeast(count, tokens)
            assert.isAtMost(wait, limit * 700)
          } else {
            assert.isAtLeast(count, -tokens)
            assert.isAtMost(count, limit - tokens)
            assert.isTrue(wait >= 0 && wait < 700, `${wait} ms since a refill`)
          }
        }
        // Whatever the clock did, who comes and then stays away for this long is as one who never came.
        for (const pause of [0, 5 * 700]) {
          yield* TestClock.adjust(Duration.millis(pause))
          for (const key of ["a5", "b5"]) {
            const options = { key, tokens: 1, refillRate: Duration.millis(700), limit: 5 }
            const counts = [
              yield* store.fixedWindow(options),
              yield* store.tokenBucket({ ...options, allowOverflow: false })
            ]
            if (pause > 0)
              assert.deepStrictEqual(counts, [
                [1, 700],
                [4, 0]
              ])
          }
        }
      })
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
