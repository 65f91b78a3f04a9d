import { Effect, Schema, Stream } from "effect"
import * as ImageType from "./ImageType.ts"

/** An image that the user adds to a prompt. */
export interface ReferenceImage {
  /** The file's name as the user's machine has it; any characters. */
  readonly name: string
  readonly type: ReferenceImageType
  /** In bytes. */
  readonly size: number
  /** The bytes from the start; can be read more than once, since a submission may be repeated. */
  readonly content: Stream.Stream<Uint8Array, ReferenceImageUnreadable>
}

/** What the upstream takes as a reference: AVIF, which it may answer with, is not among them. */
export const ReferenceImageType = ImageType.ImageType.pick(["image/png", "image/jpeg", "image/webp", "image/gif"])
export type ReferenceImageType = typeof ReferenceImageType.Type

/** The upload is empty, its first bytes are those of no accepted image type, or its header makes no sense. */
export class NotAnImage extends Schema.TaggedError<NotAnImage>()("NotAnImage", { name: Schema.String }) {}

/** The image has more than {@link maxPixels}. */
export class TooManyPixels extends Schema.TaggedError<TooManyPixels>()("TooManyPixels", { name: Schema.String }) {}

/** What an upload may unfold to: an image of a few kilobytes can take gigabytes once somebody decodes it. */
export const maxPixels = 50_000_000

/** The upload could not be read back: the server's own trouble, not the user's. */
export class ReferenceImageUnreadable extends Schema.TaggedError<ReferenceImageUnreadable>()(
  "ReferenceImageUnreadable",
  { cause: Schema.Defect() }
) {}

/** A file that was received, and who can tell how many pixels it has. */
export interface Upload extends Omit<ReferenceImage, "type"> {
  /** By its header; `undefined` if that can't be read. Asked for only if the upload is an image by its first bytes. */
  readonly pixels: Effect.Effect<number | undefined, ReferenceImageUnreadable>
}

/** An upload as a reference image, its type found from its bytes whatever the sender called it. */
export const fromUpload = Effect.fnUntraced(function* ({ pixels, ...upload }: Upload) {
  const type = ImageType.detect(yield* Stream.run(upload.content, ImageType.head))
  const count = isReferenceImageType(type) ? yield* pixels : undefined
  if (!isReferenceImageType(type) || count === undefined) {
    return yield* new NotAnImage({ name: upload.name })
  }
  if (count > maxPixels) {
    return yield* new TooManyPixels({ name: upload.name })
  }
  return { ...upload, type } satisfies ReferenceImage
})

const isReferenceImageType = Schema.is(ReferenceImageType)
