import { Context, Effect } from "effect"
import { HttpEffect, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RequestRecord } from "../telemetry/RequestRecord.ts"
import * as SecurityHeaders from "./SecurityHeaders.ts"

/**
 * Gives every answer, failures included, the headers that are due where its route has said nothing else, and those that
 * were added. All at once: each time that an answer gets some, all that it has are copied.
 */
export const layer = HttpRouter.middleware(
  (app) =>
    Effect.contextWith((context: Context.Context<HttpServerRequest.HttpServerRequest>) => {
      const request = Context.get(context, HttpServerRequest.HttpServerRequest)
      const { headers } = Context.get(context, RequestRecord)
      const due = isEncrypted(request) ? { ...defaults, "strict-transport-security": "max-age=31536000" } : defaults
      return HttpEffect.withPreResponseHandler(app, (_, response) =>
        Effect.succeed(HttpServerResponse.setHeaders(response, { ...due, ...response.headers, ...headers }))
      )
    }),
  { global: true }
)

/** The answer to the request at hand gets this header, whatever it becomes. */
export const add = (name: string, value: string) =>
  Effect.map(RequestRecord, ({ headers }) => {
    headers[name] = value
  })

/** The same for one more item of each of these lists (RFC 9651, section 3.1). */
export const addItems = (items: Readonly<Record<string, string>>) =>
  Effect.map(RequestRecord, ({ headers }) => {
    for (const [name, item] of Object.entries(items)) {
      const list = headers[name]
      headers[name] = list === undefined ? item : `${list}, ${item}`
    }
  })

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
