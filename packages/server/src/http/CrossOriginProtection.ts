import { Effect } from "effect"
import { type Headers, HttpRouter, HttpServerRequest } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { TrustedOrigins } from "../doors/TrustedOrigins.ts"
import { respond } from "./FailureResponses.ts"

/** Keeps pages of other origins from ordering and paying with their visitors' browsers. */
export const layer = HttpRouter.middleware(
  Effect.map(
    TrustedOrigins,
    (trusted) => (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, method }) =>
        isAllowed(method, headers, trusted) ? app : respond(new Failures.CrossOriginRefused())
      )
  ),
  { global: true }
)

/**
 * As Go decides since 1.25 (net/http, CrossOriginProtection): every browser since 2023 says with `Sec-Fetch-Site` where
 * a request comes from, an older one at least with `Origin`, and what says neither is no browser. `Host` tells no scheme,
 * so that an old browser may come from the http page of the same host: that is what HSTS is for.
 */
export const isAllowed = (method: string, headers: Headers.Headers, trusted: ReadonlyArray<string>): boolean => {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return true
  const { host, origin, "sec-fetch-site": site } = headers
  if (site === "same-origin" || site === "none") return true
  if (origin !== undefined && trusted.includes(origin)) return true
  return !site && (!origin || hostOf(origin) === host)
}

/** As it is written, port and all: none of `null`, which a sandboxed page or a local file sends. */
const hostOf = (origin: string) => /^[a-z][a-z0-9+.-]*:\/\/(.+)$/i.exec(origin)?.[1]
