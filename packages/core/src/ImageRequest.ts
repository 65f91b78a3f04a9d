import { Array, Bytes, Effect, Stream } from "effect"
import { Hex } from "effect/encoding"
import type { AspectRatio } from "./AspectRatio.ts"
import type { Prompt } from "./Prompt.ts"
import type { ReferenceImage } from "./ReferenceImage.ts"
import * as Sha256 from "./Sha256.ts"

/** What is to be painted, validated: with reference images it is an edit, without any a generation. */
export interface ImageRequest {
  readonly prompt: Prompt
  readonly size: AspectRatio
  readonly references: ReadonlyArray<ReferenceImage>
}

/**
 * Stands for everything that makes two requests the same, the files' bytes included and their names not: SHA-256, in hex.
 * WebCrypto can't digest a stream, so a file counts as the digests of its blocks, and memory stays at one block.
 */
export const hash = Effect.fnUntraced(function* ({ prompt, size, references }: ImageRequest) {
  const contents = yield* Effect.forEach(references, ({ content }) =>
    content.pipe(inBlocks, Stream.mapEffect(Sha256.ofBytes), Stream.map(Hex.encode), Stream.mkString)
  )
  return Hex.encode(yield* Sha256.ofText(JSON.stringify([prompt, size, contents])))
})

const blockSize = 65_536

/** The same bytes cut the same way, however they arrive: only then do the same bytes have the same digests. */
const inBlocks = Stream.mapAccum(
  (): Pending => ({ chunks: [], length: 0 }),
  ({ chunks, length }, chunk: Uint8Array) => {
    chunks.push(chunk)
    if (length + chunk.length < blockSize) return [{ chunks, length: length + chunk.length }, []]
    const bytes = Bytes.concat(chunks)
    const whole = Math.floor(bytes.length / blockSize)
    const blocks = Array.makeBy(whole, (index) => bytes.subarray(index * blockSize, (index + 1) * blockSize))
    const rest = bytes.subarray(whole * blockSize)
    return [{ chunks: [rest], length: rest.length }, blocks]
  },
  { onHalt: ({ chunks, length }) => (length === 0 ? [] : [Bytes.concat(chunks)]) }
)

/** The bytes of the block that is not yet full; put together once, not at every chunk. */
interface Pending {
  readonly chunks: Array<Uint8Array>
  readonly length: number
}
