import { Data } from "effect"

/** Bytes of an image, counted from 0, both ends included (as RFC 9110 does, section 14.1.2). */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** Some bytes of an image, and how many it has in all. */
export interface ImagePart extends ByteRange {
  readonly total: number
}

/** What part of an image somebody wants who may not know how long it is. */
export type WantedPart = Data.TaggedEnum<{
  /** From there on, up to this byte or to the end. */
  From: { readonly first: number; readonly last: number | undefined }
  /** So many bytes at the end. */
  Last: { readonly count: number }
}>
export const WantedPart = Data.taggedEnum<WantedPart>()

/** The part of an image of this length that is wanted; `undefined` if it has no such bytes. */
export const within = (wanted: WantedPart, total: number): ImagePart | undefined => {
  const first = wanted._tag === "From" ? wanted.first : Math.max(0, total - wanted.count)
  const last = Math.min((wanted._tag === "From" ? wanted.last : undefined) ?? total - 1, total - 1)
  return first <= last ? { first, last, total } : undefined
}

/** How many bytes there are in a range. */
export const size = ({ first, last }: ByteRange): number => last - first + 1
