import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Stream } from "effect"
import * as StreamHead from "../src/StreamHead.ts"

const Place = Context.Reference<string>("@scnmnt/core/test/Place", { defaultValue: () => "nowhere" })

const chunks = Stream.make("one", "two", "three").pipe(Stream.encodeText, Stream.rechunk(1))

const texts = (bytes: Stream.Stream<Uint8Array>) => Stream.runCollect(Stream.decodeText(bytes))

describe("the head of a stream", () => {
  it.effect.each([
    { bytes: 0, head: "", rest: ["one", "two", "three"] },
    { bytes: 3, head: "one", rest: ["two", "three"] },
    { bytes: 4, head: "onetwo", rest: ["three"] },
    { bytes: 11, head: "onetwothree", rest: [] },
    { bytes: 12, head: "onetwothree", rest: [] }
  ])("is the chunks that bring $bytes bytes, and nothing is lost after it", ({ bytes, head, rest }) =>
    Effect.gen(function* () {
      const peeled = yield* StreamHead.peel(chunks, bytes)
      assert.strictEqual((yield* texts(Stream.fromIterable(peeled.head))).join(""), head)
      assert.strictEqual(peeled.length, head.length)
      assert.deepStrictEqual(yield* texts(peeled.rest), rest)
    })
  )

  it.effect("takes chunks that come together together", () =>
    Effect.gen(function* () {
      const { head, rest } = yield* StreamHead.peel(Stream.rechunk(chunks, 2), 1)
      assert.deepStrictEqual(yield* texts(Stream.fromIterable(head)), ["one", "two"])
      assert.deepStrictEqual(yield* texts(rest), ["three"])
    })
  )

  it.effect("leaves what comes after it in the context that it was read in", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const watched = Stream.tap(chunks, () => Effect.map(Place, (place) => seen.push(place)))
      const { rest } = yield* Effect.provideService(StreamHead.peel(watched, 1), Place, "at home")
      yield* Stream.runDrain(rest)
      assert.deepStrictEqual(seen, ["at home", "at home", "at home"])
    })
  )

  it.effect("fails as the stream does", () =>
    Effect.gen(function* () {
      const broken = Stream.concat(Stream.take(chunks, 1), Stream.fail("broken" as const))
      assert.strictEqual(yield* Effect.flip(StreamHead.peel(broken, 4)), "broken")
      const { rest } = yield* StreamHead.peel(broken, 3)
      assert.strictEqual(yield* Effect.flip(Stream.runDrain(rest)), "broken")
    })
  )
})
