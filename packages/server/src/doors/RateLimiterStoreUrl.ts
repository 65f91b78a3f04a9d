import { Duration, Effect, Layer, Redacted, Schema } from "effect"
import { RateLimiter } from "effect/persistence"
import * as BoundedRateLimiterStore from "./BoundedRateLimiterStore.ts"

/** Where requests are counted: `memory:`, each process for itself, or a Redis that all of them share. */
export const RateLimiterStoreUrl = Schema.RedactedFromValue(
  Schema.String.check(Schema.isPattern(/^(memory:|rediss?:\/\/[^\s/]+(\/\d*)?)$/))
)
export type RateLimiterStoreUrl = typeof RateLimiterStoreUrl.Type

/** The store that a URL names. */
export const layer = (url: RateLimiterStoreUrl): Layer.Layer<RateLimiter.RateLimiterStore, RateLimiterStoreNotOpened> =>
  Redacted.value(url) === "memory:" ? BoundedRateLimiterStore.layer : redis(Redacted.value(url))

/** Redis can't be reached, or does not let this server in. */
export class RateLimiterStoreNotOpened extends Schema.TaggedError<RateLimiterStoreNotOpened>()(
  "RateLimiterStoreNotOpened",
  { cause: Schema.Defect() }
) {
  override get message(): string {
    return `Can't open the Redis of RATE_LIMIT_STORE_URL: ${this.cause}`
  }
}

/** Its client is loaded only where it is wanted: that takes half a second. */
const redis = (url: string) =>
  Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("@effect/platform-node/NodeRedis")),
      (NodeRedis) =>
        Layer.effect(RateLimiter.RateLimiterStore, redisOrMemory).pipe(
          // What is asked while the line is down fails at once, where it would wait for the line by itself.
          Layer.provide(NodeRedis.layer({ url, disableOfflineQueue: true, socket: { connectTimeout: 5000 } })),
          Layer.catch(({ cause }) => Layer.effectContext(Effect.fail(new RateLimiterStoreNotOpened({ cause }))))
        )
    )
  )

/** A Redis that fails, or that keeps a request waiting, opens no door: meanwhile each process counts for itself. */
const redisOrMemory = Effect.map(RateLimiter.makeStoreRedis({ prefix: "scnmnt:rate:" }), (redis) => {
  const memory = BoundedRateLimiterStore.make(50_000)
  const inTime = <A, E>(shared: Effect.Effect<A, E>, own: Effect.Effect<A, RateLimiter.RateLimiterError>) =>
    shared.pipe(
      Effect.timeout(Duration.millis(500)),
      Effect.catch(() => own)
    )
  return RateLimiter.RateLimiterStore.of({
    ...redis,
    fixedWindow: (options) => inTime(redis.fixedWindow(options), memory.fixedWindow(options)),
    tokenBucket: (options) => inTime(redis.tokenBucket(options), memory.tokenBucket(options))
  })
})
