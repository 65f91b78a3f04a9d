import { ByteSize, Effect } from "effect"
import { HttpRouter, Multipart } from "effect/http"
import { Limits } from "../Limits.ts"

/** Holds every body to the server's limits while it is being read. */
export const layer = HttpRouter.middleware(
  Effect.map(Limits, ({ requestBytes }) => {
    const limits = Multipart.limitsServices({
      maxTotalSize: ByteSize.bytes(requestBytes),
      maxFieldSize: ByteSize.kibibytes(256),
      maxParts: 64
    })
    return (app) => Effect.provideContext(app, limits)
  }),
  { global: true }
)
