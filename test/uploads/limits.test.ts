import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { assertUntouched } from "../e2e/support/Failures.ts"
import { png } from "../e2e/support/Fixtures.ts"
import { newAccount } from "../e2e/support/Jobs.ts"
import { differs } from "../e2e/support/Differences.ts"
import * as Service from "../e2e/support/Service.ts"
import { begin, beginChunkedForm, beginForm, chunk, field, fieldsOf, fileHead, type Upload } from "./support/Upload.ts"
import { nothingLeft } from "./support/Spool.ts"

const limits = {
  MAX_REFERENCE_UPLOAD_BYTES: "300000",
  MAX_REQUEST_BYTES: "500000",
  MAX_REFERENCE_IMAGES: "2",
  MAX_MULTIPART_MEMORY_BYTES: "100000"
}

const bytes = (count: number) => {
  const all = new Uint8Array(count)
  all.set(png("a fox").subarray(0, count))
  return all
}

/** A whole file, line end included. */
const file = (content: Uint8Array) => Buffer.concat([Buffer.from(fileHead()), content, Buffer.from("\r\n")])

/** The answer is there although the body is not, and says this limit. */
const assertRefused = Effect.fnUntraced(function* ({ answer }: Upload, limit?: number) {
  const { status, text } = yield* answer
  assert.strictEqual(status, 413, text)
  const { code, error, limit: told } = JSON.parse(text)
  assert.deepStrictEqual({ code, error, told }, { code: 413, error: "PayloadTooLarge", told: limit })
})

const assertNotAnswered = Effect.fnUntraced(function* ({ answer }: Upload) {
  const answering = yield* Effect.forkChild(answer)
  yield* Service.clientsLeaveIsKnown
  assert.isUndefined(answering.pollUnsafe())
  yield* Fiber.interrupt(answering)
})

layer(Service.layer(limits), { excludeTestServices: true })("an upload is refused as soon as", (it) => {
  it.effect("a file is over its limit, and not before", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const upload = yield* beginForm(450_000)
      yield* upload.send(fieldsOf(fingerprint) + fileHead())
      yield* upload.send(bytes(300_000))
      yield* assertNotAnswered(upload)
      yield* upload.send(new Uint8Array(1000))
      yield* assertRefused(upload, 300_000)
      yield* nothingLeft
      yield* assertUntouched(fingerprint)
    })
  )

  it.effect("the whole is over its limit, if it did not say so before", () =>
    Effect.gen(function* () {
      const upload = yield* beginChunkedForm()
      yield* upload.send(fileHead())
      yield* upload.send(bytes(200_000))
      yield* upload.send(`\r\n${fileHead()}`)
      yield* upload.send(bytes(290_000))
      yield* assertNotAnswered(upload)
      yield* upload.send(new Uint8Array(10_000))
      yield* assertRefused(upload)
      yield* nothingLeft
    })
  )

  it.effect.each([
    ["multipart/form-data; boundary=x", 500_000],
    ["application/json", 262_144]
  ] as const)("its headers say that it is over the limit: %s", ([type, limit]) =>
    Effect.gen(function* () {
      yield* assertRefused(yield* begin({ "content-type": type, "content-length": limit + 1 }), limit)
    })
  )

  it.effect("there is one file too many", () =>
    Effect.gen(function* () {
      const upload = yield* beginForm(450_000)
      yield* upload.send(Buffer.concat([file(bytes(1000)), file(bytes(1000))]))
      yield* assertNotAnswered(upload)
      yield* upload.send(`${fileHead()}and its first bytes`)
      yield* assertRefused(upload, 2)
    })
  )

  it.effect("a field is over 256 KiB", () =>
    Effect.gen(function* () {
      const upload = yield* beginForm(450_000)
      yield* upload.send(field("prompt", "x".repeat(262_000)).slice(0, -2))
      yield* assertNotAnswered(upload)
      yield* upload.send("x".repeat(1000))
      yield* assertRefused(upload)
    })
  )

  it.effect("there are more than 64 parts", () =>
    Effect.gen(function* () {
      const upload = yield* beginForm(450_000)
      for (let part = 0; part < 65; part++) yield* upload.send(field(`field-${part}`, "x"))
      yield* upload.send("--x")
      yield* assertRefused(upload)
    })
  )

  it.effect("JSON is over the limit, if it did not say so before", () =>
    Effect.gen(function* () {
      const upload = yield* begin({ "content-type": "application/json", "transfer-encoding": "chunked" })
      yield* upload.send(chunk(" ".repeat(261_000)))
      yield* assertNotAnswered(upload)
      yield* upload.send(chunk(" ".repeat(2000)))
      yield* assertRefused(upload)
    })
  )
})

layer(Service.layer(limits), { excludeTestServices: true })("who sends on after the refusal", (it) => {
  it.effect("is cut off", () =>
    Effect.gen(function* () {
      const upload = yield* beginChunkedForm()
      yield* upload.send(Buffer.concat([Buffer.from(fileHead()), png("a fox")]))
      const sending = yield* Effect.forkChild(Effect.forever(upload.send(new Uint8Array(100_000))))
      const { status } = yield* upload.answer
      assert.strictEqual(status, 413)
      if (!differs("takes in what follows a refusal")) yield* upload.ended
      yield* Fiber.interrupt(sending)
    })
  )
})
