import type { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import type { Order } from "@scnmnt/core/ImageGeneration"
import { Effect, Schema, Stream } from "effect"
import type { Multipart } from "effect/http"
import { GenerateJson } from "../api/ImagesApi.ts"
import * as Form from "./Form.ts"
import * as Problem from "./Problem.ts"

/** An order as the core takes it, from either kind of body. Of a form the request is read, and not what HttpApi makes of it. */
export const ofPayload = Effect.fnUntraced(function* (
  payload: typeof GenerateJson.Type | Stream.Stream<Multipart.Part, Multipart.MultipartError>,
  idempotencyKey: IdempotencyKey | undefined
) {
  if (!Stream.isStream(payload)) {
    return orderOf(payload, [], idempotencyKey)
  }
  const { fields, images } = yield* Form.read
  return orderOf(yield* Effect.mapError(decode(fields), Problem.refusalOf), images, idempotencyKey)
})

const decode = Schema.decodeUnknownEffect(GenerateJson, { errors: "all" })

const orderOf = (
  { fingerprint, prompt, size }: typeof GenerateJson.Type,
  references: Order["request"]["references"],
  idempotencyKey: Order["idempotencyKey"]
): Order => ({ account: fingerprint, request: { prompt, size: size ?? "1:1", references }, idempotencyKey })
