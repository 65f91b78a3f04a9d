import * as ImagePart from "@scnmnt/core/ImagePart"
import type { Headers } from "effect/http"

/** The length on the wire, in bytes. It is not the image's where the wire's coding is another. */
export const lengthOf = (headers: Headers.Headers): number | undefined => {
  const length = headers["content-length"]
  return length !== undefined && /^\d{1,15}$/.test(length) && headers["content-encoding"] === undefined
    ? Number(length)
    : undefined
}

/**
 * The part that a 206 brings (RFC 9110, section 14.4), if it is the bytes that were asked for, as far as there are so
 * many, and the length of the whole is said.
 */
export const partOf = (headers: Headers.Headers, asked: ImagePart.ByteRange): ImagePart.ImagePart | undefined => {
  const said = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(headers["content-range"] ?? "")
  if (said === null) return undefined
  const [first, last, total] = [Number(said[1]), Number(said[2]), Number(said[3])]
  const isAsked = first === asked.first && last === Math.min(asked.last, total - 1)
  return isAsked && lengthOf(headers) === ImagePart.size({ first, last }) ? { first, last, total } : undefined
}
