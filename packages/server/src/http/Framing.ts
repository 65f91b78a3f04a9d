import { Context, Effect } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import * as Problem from "./Problem.ts"
import { respond } from "./FailureResponses.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"

/** Whether a request is HTTP for certain, by the runtime's own object for it: what its parser lets through may not be. */
export const Framing = Context.Reference<(source: object) => boolean>("@scnmnt/server/http/Framing", {
  defaultValue: () => () => true
})

/** Refuses what another server on the way may have read otherwise. */
export const layer = HttpRouter.middleware(
  Effect.map(
    Framing,
    (isCertain) => (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, source }) =>
        isCertain(source) && isHost(headers["host"]) ? app : refusal
      )
  ),
  { global: true }
)

/** What came is not HTTP, or not for certain. */
export const notHttp = Problem.refusal("", "not-http")

const refusal = Effect.andThen(
  Effect.suspend(() => ResponseHeaders.add("connection", "close")),
  respond(notHttp)
)

/**
 * One host, and no more than a host (RFC 9112, section 3.2): Deno makes the request's URL of it, so that a path in there
 * would be one that no proxy has seen.
 */
const isHost = (host = "") => /^([\w.~!$&'()*+;=%-]*|\[[\da-f:.]+\])(:\d*)?$/i.test(host)
