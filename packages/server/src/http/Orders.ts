import type { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import type { Order } from "@scnmnt/core/ImageGeneration"
import * as ReferenceImage from "@scnmnt/core/ReferenceImage"
import { ByteSize, Effect, FileSystem, Stream } from "effect"
import type { Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"
import type { GenerateForm, GenerateJson } from "../api/ImagesApi.ts"
import { Limits } from "../Limits.ts"

/** An order as the core takes it, its files looked into. */
export const ofPayload = Effect.fnUntraced(function* (
  payload: typeof GenerateJson.Type | typeof GenerateForm.Type,
  idempotencyKey: IdempotencyKey | undefined
) {
  const files = "image" in payload ? (payload.image ?? []) : []
  const limits = yield* Limits
  if (files.length > limits.references) {
    return yield* new Failures.PayloadTooLarge({ limit: limits.references })
  }
  const references = yield* Effect.forEach(files, referenceOf)
  return {
    account: payload.fingerprint,
    request: { prompt: payload.prompt, size: payload.size ?? "1:1", references },
    idempotencyKey
  } satisfies Order
})

const referenceOf = Effect.fnUntraced(function* (file: Multipart.PersistedFile) {
  const files = yield* FileSystem.FileSystem
  const { size } = yield* files.stat(file.path)
  return yield* ReferenceImage.fromUpload({
    name: file.name,
    size: ByteSize.toNumberUnsafe(size),
    content: files
      .stream(file.path)
      .pipe(Stream.mapError((cause) => new ReferenceImage.ReferenceImageUnreadable({ cause })))
  })
})
