import { Effect } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { respond } from "./FailureResponses.ts"

/** No client of ours sends this many headers; how long they are together is the server's own limit, of 16 KiB on Node. */
const maxHeaders = 100

/** Refuses a request with too many headers. */
export const layer = HttpRouter.middleware(
  (app) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Object.keys(headers).length > maxHeaders ? respond(new Failures.HeadersTooLarge()) : app
    ),
  { global: true }
)
