import * as Sha256 from "@scnmnt/core/Sha256"
import { Effect } from "effect"
import { Hex } from "effect/encoding"
import { type Headers, type HttpServerRequest, HttpServerResponse } from "effect/http"
import Negotiator from "negotiator"
import * as Preconditions from "./Preconditions.ts"

/** Something that is the same for everybody as long as the server runs. */
export interface Asset {
  readonly contentType: string
  readonly bytes: Uint8Array
  readonly gzipped: Uint8Array
  readonly etag: string
}

export const make = Effect.fnUntraced(function* (contentType: string, bytes: Uint8Array) {
  const compressed = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("gzip"))
  const gzipped = new Uint8Array(yield* Effect.promise(() => new Response(compressed).arrayBuffer()))
  const hash = yield* Sha256.ofBytes(bytes)
  return { contentType, bytes, gzipped, etag: `"${Hex.encode(hash.subarray(0, 16))}"` } satisfies Asset
})

/** The asset, compressed for whoever takes it, or 304 to whom has it. Caches are to ask each time. */
export const respond = (
  { bytes, contentType, etag, gzipped }: Asset,
  request: HttpServerRequest.HttpServerRequest,
  further: Headers.Input
) => {
  // Weak, since the same tag stands for both encodings (RFC 9110, section 8.8.3.3).
  const headers = { ...further, "cache-control": "no-cache", etag: `W/${etag}`, vary: "accept-encoding" }
  if (Preconditions.ifNoneMatch(request.headers, etag) !== "none") {
    return HttpServerResponse.empty({ status: 304, headers })
  }
  return takesGzip(request)
    ? HttpServerResponse.uint8Array(gzipped, { contentType, headers: { ...headers, "content-encoding": "gzip" } })
    : HttpServerResponse.uint8Array(bytes, { contentType, headers })
}

const takesGzip = ({ headers }: HttpServerRequest.HttpServerRequest) =>
  new Negotiator({ headers: { "accept-encoding": headers["accept-encoding"] ?? "identity" } }).encoding([
    "gzip",
    "identity"
  ]) === "gzip"
