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

/** The upload is empty, or its first bytes are those of no accepted image type. */
export class NotAnImage extends Schema.TaggedError<NotAnImage>()("NotAnImage", { name: Schema.String }) {}

/** The upload could not be read back: the server's own trouble, not the user's. */
export class ReferenceImageUnreadable extends Schema.TaggedError<ReferenceImageUnreadable>()(
  "ReferenceImageUnreadable",
  { cause: Schema.Defect() }
) {}

/** An upload as a reference image, its type found from its bytes whatever the sender called it. */
export const fromUpload = Effect.fnUntraced(function* (upload: Omit<ReferenceImage, "type">) {
  const type = ImageType.detect(yield* Stream.run(upload.content, ImageType.head))
  if (!isReferenceImageType(type)) {
    return yield* new NotAnImage({ name: upload.name })
  }
  return { ...upload, type } satisfies ReferenceImage
})

const isReferenceImageType = Schema.is(ReferenceImageType)
