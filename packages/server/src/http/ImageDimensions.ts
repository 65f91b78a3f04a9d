import { Bytes, Effect, Sink, Stream } from "effect"
import { imageSize } from "image-size"

/**
 * How many pixels a PNG, JPEG, WebP or GIF has by its header; `undefined` if that can't be read. A JPEG has its
 * dimensions after its metadata, which can be large: so it reads on until it finds them, and gives up at 512 KiB.
 */
export const pixels = <E, R>(content: Stream.Stream<Uint8Array, E, R>) =>
  Effect.map(Stream.run(content, header), ({ chunks, pixels }) => pixels ?? pixelsOf(chunks))

interface Header {
  readonly chunks: Array<Uint8Array>
  /** Of all chunks, in bytes. */
  readonly length: number
  readonly pixels: number | undefined
  /** How many bytes the next try takes: each looks at all of them again, so there must not be one for every chunk. */
  readonly nextAt: number
}

const header = Sink.fold(
  (): Header => ({ chunks: [], length: 0, pixels: undefined, nextAt: 8192 }),
  ({ nextAt, pixels }) => pixels === undefined && nextAt <= 524_288,
  ({ chunks, length: before, nextAt }, chunk: Uint8Array) => {
    chunks.push(chunk)
    const length = before + chunk.length
    return Effect.succeed(
      length < nextAt
        ? { chunks, length, pixels: undefined, nextAt }
        : { chunks, length, pixels: pixelsOf(chunks), nextAt: 8 * nextAt }
    )
  }
)

/** It throws at what it can't read, or not yet. An image without a pixel is none. */
const pixelsOf = (chunks: ReadonlyArray<Uint8Array>): number | undefined => {
  try {
    // A copy of its own: image-size reads on in the buffer that lies under the bytes it is given.
    const { height, width } = imageSize(Bytes.concat(chunks))
    return height * width || undefined
  } catch {
    return undefined
  }
}
