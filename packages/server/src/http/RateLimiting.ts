import { Duration, Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { RateLimiting } from "../api/Api.ts"
import type { RateLimited } from "../api/Failures.ts"
import { type Cap, type Rate, type RatePolicy, RateLimits } from "../doors/RateLimits.ts"
import * as ClientAddress from "./ClientAddress.ts"
import { respond } from "./FailureResponses.ts"
import * as InFlight from "./InFlight.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"
import { rateLimited } from "./RetryAfter.ts"

/** What a client has to pass, if anything: to count under a rate, to have a place under a cap. */
const checks = Effect.gen(function* () {
  const store = yield* RateLimiter.RateLimiterStore
  const limits = yield* RateLimits
  return {
    counts: (policy: RatePolicy) => {
      const rate = limits[policy]
      return rate && counter(store, policy, rate)
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

/** The headers are those of draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4: what is allowed, and what is left. */
const counter = (store: Store, policy: RatePolicy, { requests, window }: Rate) => {
  const refillRate = Duration.seconds(window / requests)
  const interval = Duration.toMillis(refillRate)
  const allowed = `"${policy}";q=${requests};w=${window}`
  return (client: string) =>
    Effect.flatMap(
      Effect.orDie(
        store.tokenBucket({ key: `${policy}:${client}`, tokens: 1, limit: requests, refillRate, allowOverflow: false })
      ),
      ([left, sinceLast]) => {
        const wait = interval - sinceLast
        const announced = ResponseHeaders.addItems({
          "ratelimit-policy": allowed,
          ratelimit: `"${policy}";r=${Math.max(0, left)};t=${Math.ceil(wait / 1000)}`
        })
        return left < 0 ? Effect.andThen(announced, rateLimited(Duration.millis(wait))) : announced
      }
    )
}

type Store = RateLimiter.RateLimiterStore["Service"]
