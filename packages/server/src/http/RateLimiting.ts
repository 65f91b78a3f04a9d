import { Duration, Effect, Layer } from "effect"
import { HttpEffect, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { RateLimiting } from "../api/Api.ts"
import type { RateLimited } from "../api/Failures.ts"
import { type Cap, type Rate, type RatePolicy, RateLimits } from "../doors/RateLimits.ts"
import * as ClientAddress from "./ClientAddress.ts"
import { respond } from "./FailureResponses.ts"
import * as InFlight from "./InFlight.ts"
import { rateLimited } from "./RetryAfter.ts"

/** What a client has to pass, if anything: to count under a rate, to have a place under a cap. */
const checks = Effect.gen(function* () {
  const { consume } = yield* RateLimiter.RateLimiter
  const limits = yield* RateLimits
  return {
    counts: (policy: RatePolicy) => {
      const rate = limits[policy]
      return rate && ((client: string) => countOne(consume, policy, rate, client))
    },
    hasPlace: (cap: Cap) => {
      const limit = limits[cap]
      return limit === undefined ? undefined : InFlight.atMost(limit)
    }
  }
})

/**
 * Counts every request, of whatever route or none, for its client's address, and while it is being answered; but for the
 * probes of who runs the server.
 */
export const everyRequest = HttpRouter.middleware(
  Effect.map(checks, ({ counts, hasPlace }) => {
    const check = both(counts("all"), hasPlace("in-flight"))
    if (check === undefined) return (app) => app
    return (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
        probes.includes(request.url)
          ? app
          : Effect.matchEffect(check(ClientAddress.network(request)), { onFailure: respond, onSuccess: () => app })
      )
  }),
  { global: true }
)

const probes = ["/healthz", "/readyz", "/metrics"]

/** Counts the kinds of requests that cost something, by the route that they matched, before their bodies are read. */
export const layer = Layer.effect(
  RateLimiting,
  Effect.map(checks, ({ counts, hasPlace }) => {
    const byEndpoint = new Map([
      ["generate", counts("generate")],
      ["enhance", both(counts("enhance"), hasPlace("enhance-in-flight"))],
      ["checkIn", counts("check-in")]
    ])
    return (app, { endpoint }) => {
      const check = byEndpoint.get(endpoint.identifier)
      return check === undefined
        ? app
        : Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
            Effect.andThen(check(ClientAddress.network(request)), app)
          )
    }
  })
)

/** Takes one request from what a client, or an account, has left; with nothing left it fails, and nothing is taken. */
export const count = (policy: RatePolicy, client: string) =>
  Effect.flatMap(checks, ({ counts }) => counts(policy)?.(client) ?? Effect.void)

type Check<R> = ((client: string) => Effect.Effect<void, RateLimited, R>) | undefined

const both = <R1, R2>(first: Check<R1>, second: Check<R2>): Check<R1 | R2> =>
  first && second ? (client) => Effect.andThen(first(client), second(client)) : (first ?? second)

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
