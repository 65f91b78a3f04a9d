import type * as ImagePart from "@scnmnt/core/ImagePart"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import type { ImageSourceError } from "@scnmnt/core/ports/ImageSource"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Effect } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { ImageResourcePolicy } from "../doors/ImageResourcePolicy.ts"
import * as FailureResponses from "./FailureResponses.ts"
import * as Preconditions from "./Preconditions.ts"
import { quotaUnavailable, upstreamUnavailable } from "./RetryAfter.ts"

/** A task's image: whole, or the range that is asked for, or 304 to whom has it. HEAD is GET without the bytes. */
export const respond = Effect.fnUntraced(
  function* (id: TaskId, { headers, method }: HttpServerRequest.HttpServerRequest) {
    const fixed = { ...fixedHeaders(id), "cross-origin-resource-policy": yield* ImageResourcePolicy }
    const known = Preconditions.ifNoneMatch(headers, fixed.etag)
    // The tag is the proof that there is an image: nobody has it but with one.
    if (known === "listed") {
      return HttpServerResponse.empty({ status: 304, headers: fixed })
    }
    // A range is for GET alone (RFC 9110, section 14.2).
    const wanted = method === "GET" ? Preconditions.wantedPart(headers, fixed.etag) : undefined
    const { bytes, length, part, type } = yield* ImageTasks.openImage(id, wanted)
    return known === "any"
      ? HttpServerResponse.empty({ status: 304, headers: fixed })
      : HttpServerResponse.stream(bytes, {
          status: part === undefined ? 200 : 206,
          contentType: type,
          contentLength: length,
          headers: { ...fixed, ...(part && { "content-range": contentRange(part) }) }
        })
  },
  Effect.catchTags({
    TaskUnknown: () => new Failures.ImageNotReady(),
    ImageNotReady: () => new Failures.ImageNotReady(),
    ImageNotLocated: () => upstreamUnavailable(),
    ImageUnreadable: () => new Failures.UpstreamFailed(),
    ImageTooLarge: ({ limit }) => new Failures.ImageTooLarge({ limit }),
    ImagePartMissing: ({ length }) =>
      Effect.map(
        FailureResponses.respond(new Failures.RangeNotSatisfiable()),
        HttpServerResponse.setHeader("content-range", `bytes */${length}`)
      ),
    ImageSourceError: (error) => sourceFailure(error),
    QuotaUnavailable: () => quotaUnavailable
  })
)

const sourceFailure = Effect.fnUntraced(function* ({ reason }: ImageSourceError) {
  switch (reason._tag) {
    case "Gone":
      return yield* new Failures.ImageGone()
    case "Refused":
      return yield* new Failures.UpstreamFailed()
    case "Unreachable":
      return yield* upstreamUnavailable()
  }
})

/**
 * A task's image never changes, so that its id is its version. That a source may have no parts to give is no lie:
 * `Accept-Ranges` promises nothing (RFC 9110, section 14.3).
 */
const fixedHeaders = (id: TaskId) => ({
  "accept-ranges": "bytes",
  "cache-control": "public, max-age=31536000, immutable",
  etag: `"${id}"`
})

const contentRange = ({ first, last, total }: ImagePart.ImagePart) => `bytes ${first}-${last}/${total}`
