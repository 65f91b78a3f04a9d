import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as FetchBodyPieces from "../src/runtimes/FetchBodyPieces.ts"

/** A request whose body comes in so many pieces, each a view of a large buffer as Deno reads them; and whether it was left. */
const inPieces = (count: number, length = 1) => {
  let left = count
  let reason: unknown
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) =>
      left-- > 0 ? controller.enqueue(new Uint8Array(65_536).subarray(0, length)) : controller.close(),
    cancel: (because) => void (reason = because)
  })
  const init = { method: "POST", headers: { "x-a": "b" }, body, duplex: "half" as const }
  return { request: new Request("https://any.host/a?b", init), reason: () => reason }
}

const read = ({ body }: Request) =>
  Effect.tryPromise(async () => {
    const pieces = []
    for await (const piece of body ?? []) pieces.push(piece)
    return pieces
  })

describe("a body in pieces, on runtimes that serve by a function,", () => {
  it.effect("is read in 1,000 and one for each 256 bytes, which hold no memory but their own", () =>
    Effect.gen(function* () {
      const guarded = FetchBodyPieces.guard(inPieces(1003).request)
      assert.deepStrictEqual(
        [guarded.method, guarded.url, guarded.headers.get("x-a")],
        ["POST", "https://any.host/a?b", "b"]
      )
      const pieces = yield* read(guarded)
      assert.lengthOf(pieces, 1003)
      for (const piece of pieces) assert.strictEqual(piece.buffer.byteLength, 1)
    })
  )

  it.effect("breaks off in smaller crumbs, and is read no further", () =>
    Effect.gen(function* () {
      const { reason, request } = inPieces(1100)
      const error = yield* Effect.flip(read(FetchBodyPieces.guard(request)))
      assert.include(String(error.cause), "crumbs")
      assert.instanceOf(reason(), Error)
    })
  )

  it.effect("of a usual size may be as many as come", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* read(FetchBodyPieces.guard(inPieces(5000, 1400).request)), 5000)
    })
  )

  it.effect("is left by its reader", () =>
    Effect.gen(function* () {
      const { reason, request } = inPieces(10)
      yield* Effect.promise(async () => FetchBodyPieces.guard(request).body?.cancel("gone"))
      assert.strictEqual(reason(), "gone")
    })
  )

  it("is none where there is none", () => {
    const request = new Request("https://any.host/")
    assert.strictEqual(FetchBodyPieces.guard(request), request)
  })
})
