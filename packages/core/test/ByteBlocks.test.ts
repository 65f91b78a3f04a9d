import { assert, describe, it } from "@effect/vitest"
import * as ByteBlocks from "@scnmnt/core/ByteBlocks"
import { Bytes, Effect, Schema, Stream } from "effect"
import { cut } from "./images.ts"

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251)

const Cuts = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: bytes.length })))

describe("bytes in blocks", () => {
  it.effect.prop("are the same and cut the same way, however they come", [Cuts], ([cuts]) =>
    Effect.gen(function* () {
      const ends = [...cuts.toSorted((a, b) => a - b), bytes.length]
      const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
      const blocks = yield* Stream.runCollect(ByteBlocks.ofSize(64)(Stream.fromIterable(chunks)))
      assert.deepStrictEqual([...blocks], cut(bytes, 64))
    })
  )

  it.effect("are as many as fit, and none more for what does not come", () =>
    Effect.gen(function* () {
      const whole = ByteBlocks.ofSize(500)(Stream.make(bytes))
      assert.lengthOf(yield* Stream.runCollect(whole), 2)
      assert.lengthOf(yield* Stream.runCollect(ByteBlocks.ofSize(500)(Stream.empty)), 0)
    })
  )

  it.effect("are parts of the chunk that they come in, and no copies", () =>
    Effect.gen(function* () {
      const [one, two] = yield* Stream.runCollect(ByteBlocks.ofSize(500)(Stream.make(bytes)))
      assert.strictEqual(one?.buffer, bytes.buffer)
      assert.strictEqual(two?.buffer, bytes.buffer)
    })
  )

  it.effect("come again when they are read again", () =>
    Effect.gen(function* () {
      const blocks = ByteBlocks.ofSize(300)(Stream.fromIterable(cut(bytes, 7)))
      for (let time = 0; time < 2; time++) {
        assert.deepStrictEqual(Bytes.concat(yield* Stream.runCollect(blocks)), Bytes.concat([bytes]))
      }
    })
  )
})
