import { Context, Effect, Schema, Stream } from "effect"
import type { ImageContent } from "./ports/ImageSource.ts"

/** How large an image may be that is passed on: by itself 64 MiB. */
export const ImagePolicy = Context.Reference<{ readonly maxBytes: number }>("@scnmnt/core/ImagePolicy", {
  defaultValue: () => ({ maxBytes: 67_108_864 })
})

/** The image is larger than images may be here. */
export class ImageTooLarge extends Schema.TaggedError<ImageTooLarge>()("ImageTooLarge", {
  /** In bytes. */
  limit: Schema.Int
}) {}

/** Refuses an image that is known to be too large, and fails the bytes of one that turns out to be. */
export const apply = Effect.fnUntraced(function* (content: ImageContent) {
  const { maxBytes } = yield* ImagePolicy
  const total = content.part?.total ?? content.length ?? 0
  if (total > maxBytes) {
    return yield* tooLarge(maxBytes)
  }
  const bytes = content.bytes.pipe(
    Stream.mapAccumEffect(
      () => 0,
      (before, chunk) => {
        const passed = before + chunk.length
        return passed > maxBytes ? tooLarge(maxBytes) : Effect.succeed([passed, [chunk]] as const)
      }
    )
  )
  return { ...content, bytes }
})

/** Whoever runs the service may want to raise the limit. Whoever asks for the image learns no more than that it broke off. */
const tooLarge = (limit: number) =>
  Effect.logWarning("An image is larger than the limit").pipe(
    Effect.annotateLogs({ limit }),
    Effect.andThen(Effect.fail(new ImageTooLarge({ limit })))
  )
