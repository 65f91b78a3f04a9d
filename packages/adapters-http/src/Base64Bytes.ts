import type { ByteRange } from "@scnmnt/core/ImagePart"
import { Effect, Option, Schema, Stream } from "effect"
import { Base64 } from "effect/encoding"

/** It is not base64 after all. */
export class NotBase64 extends Schema.TaggedError<NotBase64>()("NotBase64", {}) {}

/** How many bytes a base64 text (RFC 4648, section 4) stands for, by its length; nothing where it stands for none. */
export const lengthOf = (base64: string): Option.Option<number> => {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0
  return base64.length === 0 || base64.length % 4 !== 0 ? Option.none() : Option.some((base64.length / 4) * 3 - padding)
}

/**
 * These of its bytes, decoded as they are read, up to 64 KiB at a time: whoever reads slowly, or not at all, takes up no
 * memory but for the text. The range has to be within the length.
 */
export const read = (base64: string, { first, last }: ByteRange): Stream.Stream<Uint8Array, NotBase64> =>
  Stream.unfold(
    first,
    Effect.fnUntraced(function* (from) {
      if (from > last) return undefined
      const to = Math.min(from + sliceSize - (from % 3), last + 1)
      return [yield* slice(base64, from, to), to] as const
    })
  )

/** A multiple of 3: so many bytes are 4 characters each. */
const sliceSize = 65_535

/** The bytes from the one to before the other. */
const slice = (base64: string, from: number, to: number) => {
  const quads = { from: Math.floor(from / 3), to: Math.ceil(to / 3) }
  const skipped = from - 3 * quads.from
  return Effect.fromResult(Base64.decode(base64.slice(4 * quads.from, 4 * quads.to))).pipe(
    Effect.map((bytes) => bytes.subarray(skipped, skipped + to - from)),
    // Padding before the end makes for fewer bytes than there should be.
    Effect.filterOrFail(
      (bytes) => bytes.length === to - from,
      () => new NotBase64()
    ),
    Effect.mapError(() => new NotBase64())
  )
}
