import { assert, describe, it } from "@effect/vitest"
import { ImageSource } from "@scnmnt/core/ports/ImageSource"
import { ImageLocation } from "@scnmnt/core/ports/ImageUpstream"
import { ofChunks, TestImageSource } from "@scnmnt/core/testing/TestImageSource"
import { Effect, Exit, Stream } from "effect"
import { image } from "../turns.ts"

const open = (location: ImageLocation) => ImageSource.use((source) => source.open(location))

describe("TestImageSource", () => {
  it.effect("opens what was put at a location that says the same", () =>
    Effect.gen(function* () {
      yield* TestImageSource.use(({ put }) =>
        put(image, Effect.succeed(ofChunks(Uint8Array.of(1), Uint8Array.of(2, 3))))
      )
      const { bytes, length } = yield* open({ ...image })
      assert.strictEqual(length, 3)
      assert.deepStrictEqual(yield* Stream.mkUint8Array(bytes), Uint8Array.of(1, 2, 3))
    }).pipe(Effect.provide(TestImageSource.layer))
  )

  it.effect("dies where nothing was put", () =>
    Effect.gen(function* () {
      const nowhere = ImageLocation.cases.Address.make({ url: "/nowhere.png" })
      assert.isTrue(Exit.hasDies(yield* Effect.exit(open(nowhere))))
    }).pipe(Effect.provide(TestImageSource.layer))
  )
})
