import { WantedPart } from "@scnmnt/core/ImagePart"
import type { Headers } from "effect/http"

/** Whether an `If-None-Match` lists this entity tag, or is `*` (RFC 9110, section 13.1.2). One that can't be read is none. */
export const ifNoneMatch = (headers: Headers.Headers, etag: string): "listed" | "any" | "none" => {
  const header = headers["if-none-match"]?.trim() ?? ""
  if (header === "*") return "any"
  const isList = /^[\s,]*$/.test(header.replaceAll(entityTag, ""))
  // Compared weakly: `W/` makes no difference.
  return isList && header.match(entityTag)?.some((tag) => tag.replace(/^W\//, "") === etag) === true ? "listed" : "none"
}

/** Section 8.8.3. There may be commas within. */
const entityTag = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

/**
 * The part that a `Range` asks for, if it is one range of bytes. Several, another unit and what can't be read may be
 * taken for no range at all (RFC 9110, section 14.2), and so must be a range of another version (section 13.1.5): tags
 * are compared strongly there, and of a date there is nothing to compare it with.
 */
export const wantedPart = (headers: Headers.Headers, etag: string): WantedPart | undefined =>
  (headers["if-range"] ?? etag) === etag ? parseRange(headers["range"] ?? "") : undefined

const parseRange = (header: string): WantedPart | undefined => {
  const ranges = /^bytes=(.*)$/i.exec(header)?.[1]?.split(",") ?? []
  const [range = "", ...others] = ranges.flatMap((range) => range.trim() || [])
  const [, first = "", last = ""] = /^(\d*)-(\d*)$/.exec(range) ?? []
  if (others.length > 0 || (first === "" && last === "")) return undefined
  if (first === "") return WantedPart.Last({ count: Number(last) })
  const upTo = last === "" ? undefined : Number(last)
  return upTo === undefined || Number(first) <= upTo ? WantedPart.From({ first: Number(first), last: upTo }) : undefined
}
