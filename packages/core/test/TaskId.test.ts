import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import * as TaskId from "@scnmnt/core/TaskId"
import { Effect, Schema } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { account } from "./support.ts"

const key = IdempotencyKey.make("order-1")

describe("TaskId.derive", () => {
  it.effect("is what it was in every release: a repeat may come after an update", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* TaskId.derive(account, key), "e6660bd3-80df-8bd7-bfae-2db697e0cebf")
    }).pipe(Effect.provide(Digest.layerWebCrypto))
  )

  it.effect.prop("is a UUID of version 8 made of SHA-256", [Fingerprint, IdempotencyKey], ([account, key]) =>
    Effect.gen(function* () {
      const id = yield* TaskId.derive(account, key)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      const hash = createHash("sha256").update(`${account}\n${key}`).digest("hex")
      const [hex, ofHash] = [id.replaceAll("-", ""), hash.slice(0, 32)].map((hex) => hex.slice(0, 12) + hex.slice(17))
      assert.strictEqual(hex, ofHash)
    }).pipe(Effect.provide(Digest.layerWebCrypto))
  )

  it.effect.prop(
    "is the same for the same account and key, and another for any other",
    [Fingerprint, IdempotencyKey, Fingerprint, IdempotencyKey],
    ([account, key, otherAccount, otherKey]) =>
      Effect.gen(function* () {
        const id = yield* TaskId.derive(account, key)
        assert.strictEqual(yield* TaskId.derive(account, key), id)
        if (otherAccount !== account) assert.notStrictEqual(yield* TaskId.derive(otherAccount, key), id)
        if (otherKey !== key) assert.notStrictEqual(yield* TaskId.derive(account, otherKey), id)
      }).pipe(Effect.provide(Digest.layerWebCrypto))
  )

  it.effect("tells where the account ends and the key begins", () =>
    Effect.gen(function* () {
      const one = yield* TaskId.derive(Fingerprint.make("account-1"), IdempotencyKey.make("2x"))
      const other = yield* TaskId.derive(Fingerprint.make("account-12"), IdempotencyKey.make("x"))
      assert.notStrictEqual(one, other)
    }).pipe(Effect.provide(Digest.layerWebCrypto))
  )
})

describe("TaskId.random", () => {
  it.effect("is a UUID that was not there before", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.all(Array.from({ length: 1000 }, () => TaskId.random))
      assert.strictEqual(new Set(ids).size, 1000)
      for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }).pipe(Effect.provide(SecureRandom.layerWebCrypto))
  )

  it.effect("sorts behind those of earlier milliseconds", () =>
    Effect.gen(function* () {
      // The example of RFC 9562, appendix A.6.
      yield* TestClock.setTime(Date.parse("2022-02-22T14:22:22-05:00"))
      const ids = yield* Effect.forEach([0, 1, 15, 240, 4000, 1e6, 1e10], (millis) =>
        Effect.andThen(TestClock.adjust(millis), TaskId.random)
      )
      assert.match(ids[0] ?? "", /^017f22e2-79b0-/)
      assert.deepStrictEqual(ids.toSorted(), ids)
    }).pipe(Effect.provide(SecureRandom.layerWebCrypto))
  )
})

describe("TaskId.TaskId", () => {
  const isTaskId = Schema.is(TaskId.TaskId)
  const id = "a0a0a0a0-b0b0-4c0c-8d0d-e0e0e0e0e0e0"

  it("is a UUID in lower case: the same task has one spelling", () => {
    assert.isTrue(isTaskId(id))
    const capitals = ["a", "b", "c", "d", "e"].map((letter) => id.replace(letter, letter.toUpperCase()))
    for (const other of [...capitals, `{${id}}`, ` ${id}`, `${id}\n`, id.replaceAll("-", ""), `${id}0`, ""]) {
      assert.isFalse(isTaskId(other), other)
    }
  })
})
