import { ByteSize, Effect } from "effect"
import { HttpIncomingMessage, HttpRouter, HttpServerRequest, Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { Limits } from "../Limits.ts"
import { respond } from "./FailureResponses.ts"

/** Holds every body to the server's limits: by what it says of its length, and while it is being read, which no GET's is. */
export const layer = HttpRouter.middleware(
  Effect.map(Limits, ({ jsonBytes, requestBytes }) => {
    const ofForm = Effect.provideContext(
      Multipart.limitsServices({
        maxTotalSize: ByteSize.bytes(requestBytes),
        maxFieldSize: ByteSize.bytes(jsonBytes),
        maxParts: 64
      })
    )
    // By far the most requests are none of forms, and one service is added far more cheaply than a context.
    const ofOther = Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(jsonBytes))
    return (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, method }) => {
        const isForm = multipart.test(headers["content-type"] ?? "")
        const limit = isForm ? requestBytes : jsonBytes
        if (Number(headers["content-length"]) > limit) return respond(new Failures.PayloadTooLarge({ limit }))
        if (method === "GET" || method === "HEAD") return app
        return isForm ? ofForm(app) : ofOther(app)
      })
  }),
  { global: true }
)

const multipart = /^\s*multipart\//i
