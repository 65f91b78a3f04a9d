import { Duration, Effect, Layer } from "effect"
import { HttpEffect, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { RateLimiting } from "../api/Api.ts"
import { type Rate, type RatePolicy, RateLimits } from "../doors/RateLimits.ts"
import * as ClientAddress from "./ClientAddress.ts"
import { respond } from "./FailureResponses.ts"
import { rateLimited } from "./RetryAfter.ts"

/** What counts under each policy; undefined for one that has no limit. */
const counters = Effect.gen(function* () {
  const { consume } = yield* RateLimiter.RateLimiter
  const { rates } = yield* RateLimits
  return (policy: RatePolicy) => {
    const rate = rates[policy]
    return rate && ((client: string) => countOne(consume, policy, rate, client))
  }
})

/** Counts every request, of whatever route or none, for its client's address; but for the probes of who runs the server. */
export const everyRequest = HttpRouter.middleware(
  Effect.map(counters, (counterOf) => {
    const count = counterOf("all")
    if (count === undefined) return (app) => app
    return (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
        probes.includes(request.url)
          ? app
          : Effect.matchEffect(count(ClientAddress.network(request)), { onFailure: respond, onSuccess: () => app })
      )
  }),
  { global: true }
)

const probes = ["/healthz", "/readyz", "/metrics"]

/** Counts the kinds of requests that cost something, by the route that they matched, before their bodies are read. */
export const layer = Layer.effect(
  RateLimiting,
  Effect.map(counters, (counterOf) => (app, { endpoint }) => {
    const policy = byEndpoint.get(endpoint.identifier)
    const count = policy && counterOf(policy)
    return count === undefined
      ? app
      : Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
          Effect.andThen(count(ClientAddress.network(request)), app)
        )
  })
)

const byEndpoint: ReadonlyMap<string, RatePolicy> = new Map([
  ["generate", "generate"],
  ["enhance", "enhance"],
  ["checkIn", "check-in"]
])

/** Takes one request from what a client, or an account, has left; with nothing left it fails, and nothing is taken. */
export const count = (policy: RatePolicy, client: string) =>
  Effect.flatMap(counters, (counterOf) => counterOf(policy)?.(client) ?? Effect.void)

type Consume = RateLimiter.RateLimiter["consume"]

const countOne = Effect.fnUntraced(function* (consume: Consume, policy: RatePolicy, rate: Rate, client: string) {
  const { remaining, wait } = yield* take(consume, rate, `${policy}:${client}`)
  yield* announce(policy, rate, Math.max(0, remaining), wait)
  if (remaining < 0) return yield* rateLimited(wait)
})

/** How many requests are left, -1 if this one was too much, and how long until there is one more. */
const take = (consume: Consume, { requests, window }: Rate, key: string) => {
  const one = window / requests
  return consume({ key, limit: requests, window: Duration.seconds(window), algorithm: "token-bucket" }).pipe(
    Effect.map(({ remaining, resetAfter }) => {
      const untilFull = Duration.toSeconds(resetAfter)
      return { remaining, wait: Duration.seconds(untilFull - (requests - remaining - 1) * one) }
    }),
    Effect.catch(({ reason }) =>
      reason._tag === "RateLimitExceeded"
        ? Effect.succeed({ remaining: -1, wait: reason.retryAfter })
        : Effect.die(reason)
    )
  )
}

/** As draft-ietf-httpapi-ratelimit-headers-11 has it, sections 3 and 4: what is allowed, and what is left for how long. */
const announce = (policy: RatePolicy, { requests, window }: Rate, remaining: number, wait: Duration.Duration) =>
  HttpEffect.appendPreResponseHandler((_, response) => {
    const { "ratelimit-policy": policies, ratelimit: limits } = response.headers
    return Effect.succeed(
      HttpServerResponse.setHeaders(response, {
        "ratelimit-policy": withItem(policies, `"${policy}";q=${requests};w=${window}`),
        ratelimit: withItem(limits, `"${policy}";r=${remaining};t=${Math.ceil(Duration.toSeconds(wait))}`)
      })
    )
  })

/** One more item of a list (RFC 9651, section 3.1). */
const withItem = (list: string | undefined, item: string) => (list === undefined ? item : `${list}, ${item}`)
