import { Clock, Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"

/**
 * Keeps counts in memory as Effect's own memory store does, but never more than these, however many clients come: what
 * was not used for the longest goes first, and what counts no longer goes with it. Adaptive limits, which learn from
 * another server's answers, have no use here and are always inactive.
 */
export const make = (capacity: number): RateLimiter.RateLimiterStore["Service"] => {
  const counters = new RecentMap<Counter>(capacity)
  const buckets = new RecentMap<Bucket>(capacity)
  return RateLimiter.RateLimiterStore.of({
    fixedWindow: ({ key, limit = Infinity, refillRate, tokens }) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const interval = Duration.toMillis(refillRate)
        const { count: sum, expiresAt: end } = counters.get(key, now) ?? { count: 0, expiresAt: now }
        // Later than this only where the clock went back.
        const before = { count: sum, expiresAt: Math.min(end, now + sum * interval) }
        const count = sum + tokens
        const expiresAt = before.expiresAt + tokens * interval
        const after = count > limit ? before : { count, expiresAt }
        counters.set(key, after, now)
        return [count, after.expiresAt - now] as const
      }),
    tokenBucket: ({ allowOverflow, key, limit, refillRate, tokens }) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const interval = Duration.toMillis(refillRate)
        const { lastRefill, left } = refilled(buckets.get(key, now), limit, interval, now)
        const remaining = left - tokens
        const kept = remaining < 0 && !allowOverflow ? left : remaining
        const expiresAt = lastRefill + Math.ceil(limit - kept) * interval
        buckets.set(key, { left: kept, lastRefill, expiresAt }, now)
        return [remaining, now - lastRefill] as const
      }),
    adaptiveConsume: () => Effect.succeed({ delay: Duration.zero, epoch: 0, phase: "inactive" }),
    adaptiveFeedback: () => Effect.void
  })
}

/** Room for 50,000 counts in some 10 MB: each is of one client under one limit. */
export const layer = Layer.sync(RateLimiter.RateLimiterStore, () => make(50_000))

/** When what was counted counts no longer, in epoch milliseconds. */
interface Expiring {
  readonly expiresAt: number
}

interface Counter extends Expiring {
  readonly count: number
}

interface Bucket extends Expiring {
  readonly left: number
  readonly lastRefill: number
}

/**
 * A bucket that expired is as full as one that was never used. Where the clock went back it fills from then on: were it to
 * wait for the time of its last refill to come again, its client would be locked out for as long as that.
 */
const refilled = (bucket: Bucket | undefined, limit: number, interval: number, now: number) => {
  if (bucket === undefined) return { left: limit, lastRefill: now }
  const since = Math.min(bucket.lastRefill, now)
  const refills = Math.floor((now - since) / interval)
  return { left: Math.min(limit, bucket.left + refills), lastRefill: since + refills * interval }
}

/** The values that were set last: a `Map` goes through its entries in the order in which they were added. */
class RecentMap<Value extends Expiring> {
  readonly #values = new Map<string, Value>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string, now: number): Value | undefined {
    const value = this.#values.get(key)
    return value !== undefined && value.expiresAt > now ? value : undefined
  }

  set(key: string, value: Value, now: number): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    for (const [oldest, { expiresAt }] of this.#values) {
      if (this.#values.size <= this.#capacity && expiresAt > now) break
      this.#values.delete(oldest)
    }
  }
}
