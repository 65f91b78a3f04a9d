import { Schema } from "effect"
import * as Problem from "./Problem.ts"

/** A client's own name for a request that it may have to repeat: 1 to 255 visible ASCII characters. */
export const IdempotencyKey = Schema.String.check(
  Schema.isPattern(
    /^[\x21-\x7e]{1,255}$/u,
    Problem.annotation("not-an-idempotency-key", "must be 1 to 255 visible ASCII characters")
  )
).pipe(Schema.brand("IdempotencyKey"))
export type IdempotencyKey = typeof IdempotencyKey.Type
