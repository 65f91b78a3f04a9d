import { Effect } from "effect"
import { HttpEffect, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import * as SecurityHeaders from "./SecurityHeaders.ts"

/** Gives every answer, failures included, the headers that are due where its route has said nothing else. */
export const layer = HttpRouter.middleware(
  (app) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const due = isEncrypted(request) ? { ...defaults, "strict-transport-security": "max-age=31536000" } : defaults
      return HttpEffect.withPreResponseHandler(app, (_, response) =>
        Effect.succeed(HttpServerResponse.setHeaders(response, { ...due, ...response.headers }))
      )
    }),
  { global: true }
)

/**
 * For answers that are data: no page, no part of one, and nobody else's. A 404 may be kept by any cache unless it is told
 * not to (RFC 9110, section 15.1), and an image that was not ready would stay so.
 */
export const defaults = {
  "cache-control": "no-store",
  ...SecurityHeaders.of("data")
}

/** Whether the client came by TLS, to this server itself or to a trusted proxy. */
const isEncrypted = ({ originalUrl, protocol }: HttpServerRequest.HttpServerRequest) =>
  protocol === "https" || originalUrl.startsWith("https:")
