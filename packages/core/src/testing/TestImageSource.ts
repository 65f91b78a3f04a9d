import { Context, Effect, Layer, MutableHashMap, Option, Stream } from "effect"
import type { ImageLocation } from "../ports/ImageUpstream.ts"
import { type ImageContent, ImageSource, type ImageSourceError } from "../ports/ImageSource.ts"

/** Images in memory. Opening a location where nothing was put is a test's mistake, and dies. */
export class TestImageSource extends Context.Service<
  TestImageSource,
  {
    /** What opening this location brings from now on: content, or an error. */
    put(location: ImageLocation, image: Effect.Effect<ImageContent, ImageSourceError>): Effect.Effect<void>
    /** Every location that was opened, the earliest first. */
    readonly opened: Effect.Effect<ReadonlyArray<ImageLocation>>
    /** How many lines are open now. */
    readonly openLines: Effect.Effect<number>
  }
>()("@scnmnt/core/testing/TestImageSource") {
  /** The port and its handle, on one memory. */
  static readonly layer: Layer.Layer<ImageSource | TestImageSource> = Layer.effectContext(
    Effect.sync(() => {
      const images = MutableHashMap.empty<ImageLocation, Effect.Effect<ImageContent, ImageSourceError>>()
      const opened: Array<ImageLocation> = []
      let openLines = 0
      const line = Effect.acquireRelease(
        Effect.sync(() => openLines++),
        () => Effect.sync(() => openLines--)
      )
      return Context.make(ImageSource, {
        open: (location) =>
          Effect.suspend(() => {
            opened.push(location)
            return Option.match(MutableHashMap.get(images, location), {
              onNone: () => Effect.die(new Error(`no test has put an image at ${JSON.stringify(location)}`)),
              onSome: (image) => Effect.andThen(line, image)
            })
          })
      }).pipe(
        Context.add(TestImageSource, {
          put: (location, image) => Effect.sync(() => MutableHashMap.set(images, location, image)),
          opened: Effect.sync(() => [...opened]),
          openLines: Effect.sync(() => openLines)
        })
      )
    })
  )
}

/** An image of known length that arrives in these chunks. */
export const ofChunks = (...chunks: ReadonlyArray<Uint8Array>): ImageContent => ({
  length: chunks.reduce((length, chunk) => length + chunk.length, 0),
  bytes: Stream.fromIterable(chunks)
})
