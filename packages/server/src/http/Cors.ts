import { Effect } from "effect"
import { HttpMiddleware, HttpRouter, HttpServerRequest } from "effect/http"
import { TrustedOrigins } from "../doors/TrustedOrigins.ts"

/** Lets pages of the trusted origins, and of no others, ask for what browsers keep from them by default, and read it. */
export const layer = HttpRouter.middleware(
  Effect.map(TrustedOrigins, (trusted) => {
    if (trusted.length === 0) return (app) => app
    const isTrusted = (origin: string | undefined) => origin !== undefined && trusted.includes(origin)
    const share = HttpMiddleware.cors({ ...shared, allowedOrigins: isTrusted })
    return (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, method }) => {
        // Effect's middleware would take any OPTIONS for a preflight, whoever sends it.
        const isPreflight = headers["access-control-request-method"] !== undefined && isTrusted(headers["origin"])
        return method === "OPTIONS" && !isPreflight ? app : share(app)
      })
  }),
  { global: true }
)

const shared = {
  allowedMethods: ["GET", "HEAD", "POST"],
  allowedHeaders: [
    "content-type",
    "idempotency-key",
    "if-none-match",
    "if-range",
    "last-event-id",
    "range",
    "traceparent",
    "x-request-id"
  ],
  exposedHeaders: [
    "accept-ranges",
    "content-range",
    "etag",
    "idempotency-replayed",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "x-request-id"
  ],
  /** In seconds; Chrome keeps a preflight's answer no longer. */
  maxAge: 7200
}
