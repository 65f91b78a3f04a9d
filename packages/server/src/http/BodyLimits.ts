import { ByteSize, Effect } from "effect"
import { HttpRouter, HttpServerRequest, Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { Limits } from "../Limits.ts"
import { respond } from "./FailureResponses.ts"

/** Holds every body to the server's limits: by what it says of its length, and while it is being read. */
export const layer = HttpRouter.middleware(
  Effect.map(Limits, ({ jsonBytes, requestBytes }) => {
    const ofForm = limitsOf(requestBytes)
    const ofOther = limitsOf(jsonBytes)
    return (app) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) => {
        const { bytes, services } = isForm(headers["content-type"]) ? ofForm : ofOther
        return Number(headers["content-length"]) > bytes
          ? respond(new Failures.PayloadTooLarge({ limit: bytes }))
          : Effect.provideContext(app, services)
      })
  }),
  { global: true }
)

const isForm = (contentType = "") => /^\s*multipart\//i.test(contentType)

const limitsOf = (bytes: number) => ({
  bytes,
  services: Multipart.limitsServices({
    maxTotalSize: ByteSize.bytes(bytes),
    maxFieldSize: ByteSize.kibibytes(256),
    maxParts: 64
  })
})
