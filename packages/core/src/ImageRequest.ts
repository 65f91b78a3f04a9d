import { Effect, Stream } from "effect"
import { Hex } from "effect/encoding"
import type { AspectRatio } from "./AspectRatio.ts"
import * as ByteBlocks from "./ByteBlocks.ts"
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

/** Only bytes that are cut the same way have the same digests, however they arrive. */
const inBlocks = ByteBlocks.ofSize(65_536)
