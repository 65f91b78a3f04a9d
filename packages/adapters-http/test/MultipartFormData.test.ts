import { assert, describe, it } from "@effect/vitest"
import * as MultipartFormData from "../src/MultipartFormData.ts"
import { Effect, Stream } from "effect"

const encode = (fileName: string, bytes = Uint8Array.of(0, 255)) => {
  const body = MultipartFormData.encode("b", { prompt: '猫\r\n"quoted"\n' }, [
    { field: "image", fileName, type: "image/png", size: bytes.length, content: Stream.make(bytes) }
  ])
  return Effect.map(Stream.mkUint8Array(body.stream), (bytes) => ({ body, bytes: Buffer.from(bytes) }))
}

describe("a multipart body", () => {
  it.effect("is these bytes, and as many as it says", () =>
    Effect.gen(function* () {
      const { body, bytes } = yield* encode("a.png")
      const expected = Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n猫\r\n"quoted"\n\r\n'),
        Buffer.from(
          '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        ),
        Buffer.of(0, 255),
        Buffer.from("\r\n--b--\r\n")
      ])
      assert.deepStrictEqual(bytes, expected)
      assert.strictEqual(body.contentLength, expected.length)
      assert.strictEqual(body.contentType, "multipart/form-data; boundary=b")
    })
  )

  it.effect.each([
    ["照片.png", "照片.png"],
    ['a"b.png', "a%22b.png"],
    ["a\r\nX: y\n.png", "a%0D%0AX: y%0A.png"],
    ["100%.png", "100%.png"],
    ["C:\\photos\\cat.png", "cat.png"],
    ["/home/me/cat.png", "cat.png"],
    ["😀.png", "😀.png"],
    ["trailing\\", "image"],
    ["", "image"]
  ] as const)("has a file named %j as %j, and Node's parser reads it", ([name, written]) =>
    Effect.gen(function* () {
      const { bytes } = yield* encode(name)
      assert.include(bytes.toString(), `; filename="${written}"\r\n`)
      const form = yield* Effect.promise(() =>
        new Response(new Uint8Array(bytes), {
          headers: { "content-type": "multipart/form-data; boundary=b" }
        }).formData()
      )
      assert.lengthOf([...form], 2)
    })
  )

  it.effect("reads its files only when it is read, and again when it is read again", () =>
    Effect.gen(function* () {
      let reads = 0
      const content = Stream.suspend(() => Stream.make(Uint8Array.of(++reads)))
      const body = MultipartFormData.encode("b", {}, [
        { field: "image", fileName: "a", type: "image/png", size: 1, content }
      ])
      assert.strictEqual(reads, 0)
      yield* Stream.runDrain(body.stream)
      yield* Stream.runDrain(body.stream)
      assert.strictEqual(reads, 2)
    })
  )
})
