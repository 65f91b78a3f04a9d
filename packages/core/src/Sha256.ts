import { Effect, Stream } from "effect"
import { Digest } from "effect/crypto"

/** SHA-256 of a text's UTF-8 bytes: 32 bytes. */
export const ofText = Effect.fnUntraced(function* (text: string) {
  const bytes = yield* Stream.make(text).pipe(Stream.encodeText, Stream.mkUint8Array)
  return yield* ofBytes(bytes)
})

/** SHA-256 of these bytes: 32 bytes. */
export const ofBytes = (bytes: Uint8Array) => Digest.Digest.use((digest) => digest.digest(Digest.sha256, bytes))
