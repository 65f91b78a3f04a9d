import { Context, Schema } from "effect"
import type { Effect, Scope, Stream } from "effect"
import type { ByteRange, ImagePart } from "../ImagePart.ts"
import type { ImageLocation } from "./ImageUpstream.ts"

/** Where finished images are fetched from. */
export class ImageSource extends Context.Service<
  ImageSource,
  {
    /**
     * Opens an image, or these bytes of it as far as it has them; whoever can't give a part gives the whole. The line
     * stays open as long as the scope.
     */
    open(location: ImageLocation, range?: ByteRange): Effect.Effect<ImageContent, ImageSourceError, Scope.Scope>
  }
>()("@scnmnt/core/ports/ImageSource") {}

/** Bytes as they come, not looked into. */
export interface ImageContent {
  /** How many bytes come, where it is known beforehand. */
  readonly length: number | undefined
  /** Which bytes of the image come, if not all. */
  readonly part?: ImagePart | undefined
  readonly bytes: Stream.Stream<Uint8Array, ImageSourceError>
}

/** The image is no longer where the task says it is. */
export class Gone extends Schema.TaggedError<Gone>()("Gone", {}) {}

/** The address is not one that images may come from, or what it brought can't be an image. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {}) {}

/** The source did not answer, or stopped in the middle. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {}) {}

/** Why an image could not be opened or read on. */
export class ImageSourceError extends Schema.TaggedError<ImageSourceError>()("ImageSourceError", {
  reason: Schema.Union([Gone, Refused, Unreachable])
}) {}
