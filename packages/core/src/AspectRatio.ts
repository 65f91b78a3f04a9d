import { Schema, SchemaGetter } from "effect"

/** The shapes an image can have, as width to height. */
export const AspectRatio = Schema.Literals(["1:1", "16:9", "9:16"])
export type AspectRatio = typeof AspectRatio.Type

const isAspectRatio = Schema.is(AspectRatio)

/** A requested size as a ratio that can be had: trimmed, and `1:1` for everything else, nothing included. */
export const normalise = (requested: string | undefined): AspectRatio => {
  const ratio = requested?.trim()
  return isAspectRatio(ratio) ? ratio : "1:1"
}

/** A size as clients send it: any text, normalised. */
export const RequestedSize = Schema.String.pipe(
  Schema.decodeTo(AspectRatio, {
    decode: SchemaGetter.transform(normalise),
    encode: SchemaGetter.transform((ratio) => ratio)
  })
)
