import { Effect } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { respond } from "./FailureResponses.ts"

/** No client of ours sends this many headers. */
const maxHeaders = 100

/** Characters of the address and all headers together: of what is much more, Node and Bun hand nothing over. */
const maxLength = 16_384

/** Refuses a request with too many headers, or too long ones. */
export const layer = HttpRouter.middleware(
  (app) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, url }) => {
      const all = Object.entries(headers)
      const length = all.reduce((sum, [name, value]) => sum + name.length + value.length + 4, url.length)
      return all.length > maxHeaders || length > maxLength ? respond(new Failures.HeadersTooLarge()) : app
    }),
  { global: true }
)
