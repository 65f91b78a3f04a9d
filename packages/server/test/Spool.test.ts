import { assert, describe, it } from "@effect/vitest"
import { Bytes, Effect, Stream } from "effect"
import * as Spool from "../src/http/Spool.ts"

describe("what is kept of an upload", () => {
  it.effect("is in few pieces, even if it comes byte by byte", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251)
      const spooled = yield* Spool.keep(
        Stream.map(Stream.fromIterable(bytes), (byte) => Uint8Array.of(byte)),
        1_000_000
      )
      const pieces = yield* Stream.runCollect(spooled.content)
      assert.lengthOf(pieces, 2)
      assert.isTrue(Bytes.Equivalence(Bytes.concat(pieces), bytes))
    })
  )
})
