import { Clock, Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import type { Fingerprint } from "./Fingerprint.ts"
import type { IdempotencyKey } from "./IdempotencyKey.ts"
import * as Problem from "./Problem.ts"
import * as Sha256 from "./Sha256.ts"

/** A task's id, a lower-case UUID: the upstream's idempotency key and the key of the spend that pays for the task. */
export const TaskId = Schema.String.check(
  Schema.isPattern(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u,
    Problem.annotation("not-a-task-id", "must be a UUID in lower case")
  )
).pipe(Schema.brand("TaskId"))
export type TaskId = typeof TaskId.Type

/**
 * An id that nobody has used, nor can guess: a UUID of version 7 (RFC 9562, section 5.7), the milliseconds since 1970
 * before 74 random bits. A store that keeps many finds the place for a new one beside the latest, and not on any page.
 */
export const random = Effect.gen(function* () {
  const { uuidV4 } = yield* SecureRandom.SecureRandom
  const time = (yield* Clock.currentTimeMillis).toString(16).padStart(12, "0")
  const afterVersion = (yield* uuidV4()).slice(15)
  return TaskId.make(`${time.slice(0, 8)}-${time.slice(8)}-7${afterVersion}`)
})

/**
 * The id that an account's key always leads to, on every node and after every restart, with no table of keys.
 * A UUID of version 8 (RFC 9562, section 5.8) made of the first bytes of SHA-256.
 */
export const derive = Effect.fnUntraced(function* (account: Fingerprint, key: IdempotencyKey) {
  const hash = yield* Sha256.ofText(`${account}\n${key}`)
  const bytes = hash.map((byte, index) =>
    index === 6 ? (byte & 0x0f) | 0x80 : index === 8 ? (byte & 0x3f) | 0x80 : byte
  )
  const hex = Hex.encode(bytes)
  return TaskId.make(
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-")
  )
})
