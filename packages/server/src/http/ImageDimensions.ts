import { Bytes, Effect, Sink, Stream } from "effect"
import { imageSize } from "image-size"

/**
 * How many pixels a PNG, JPEG, WebP or GIF has by its header; `undefined` if that can't be read. A JPEG has its
 * dimensions after its metadata, which can be large: so it reads on until it finds them, and gives up at 512 KiB.
 */
export const pixels = <E, R>(content: Stream.Stream<Uint8Array, E, R>) =>
  Effect.map(Stream.run(content, header), ({ bytes, pixels }) => pixels ?? pixelsOf(bytes))

interface Header {
  readonly bytes: Uint8Array
  readonly pixels: number | undefined
  /** How many bytes the next try takes: each looks at all of them again, so there must not be one for every chunk. */
  readonly nextAt: number
}

const header = Sink.fold(
  (): Header => ({ bytes: new Uint8Array(), pixels: undefined, nextAt: 8192 }),
  ({ nextAt, pixels }) => pixels === undefined && nextAt <= 524_288,
  ({ nextAt, ...header }, chunk: Uint8Array) => {
    // A copy of its own: image-size reads on in the buffer that lies under the bytes it is given.
    const bytes = Bytes.concat([header.bytes, chunk])
    return Effect.succeed(
      bytes.length < nextAt
        ? { bytes, pixels: undefined, nextAt }
        : { bytes, pixels: pixelsOf(bytes), nextAt: 8 * nextAt }
    )
  }
)

/** It throws at what it can't read, or not yet. An image without a pixel is none. */
const pixelsOf = (bytes: Uint8Array): number | undefined => {
  try {
    const { height, width } = imageSize(bytes)
    return height * width || undefined
  } catch {
    return undefined
  }
}
