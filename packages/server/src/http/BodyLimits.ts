import { ByteSize, Effect } from "effect"
import { HttpRouter, HttpServerRequest, Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { Limits } from "../Limits.ts"
import { respond } from "./FailureResponses.ts"

/** Holds every body to the server's limits: by what it says of its length, and while it is being read. */
export const layer = HttpRouter.middleware(
  Effect.map(Limits, ({ requestBytes }) => {
    const limits = Multipart.limitsServices({
      maxTotalSize: ByteSize.bytes(requestBytes),
      maxFieldSize: ByteSize.kibibytes(256),
      maxParts: 64
    })
    return (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
        Number(headers["content-length"]) > requestBytes
          ? respond(new Failures.PayloadTooLarge({ limit: requestBytes }))
          : Effect.provideContext(app, limits)
      )
  }),
  { global: true }
)
