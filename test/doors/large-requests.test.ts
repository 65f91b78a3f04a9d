import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { generate, newAccount } from "../e2e/support/Jobs.ts"
import { sendRaw } from "../e2e/support/RawSocket.ts"
import * as Service from "../e2e/support/Service.ts"
import { begin, chunk } from "../uploads/support/Upload.ts"

const KiB = 1024
const json = (bytes: number) => {
  const order = JSON.stringify({ prompt: "a red fox", fingerprint: "nobody-0001" })
  return order + " ".repeat(bytes - order.length)
}

const post = (body: NonNullable<RequestInit["body"]>) =>
  request("/api/images/generate", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    ...(typeof body !== "string" && { duplex: "half" as const })
  })

layer(Service.layer(), { excludeTestServices: true })("of a request,", (it) => {
  it.effect("256 KiB of JSON are read, and a byte more is not, said beforehand or not", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post(json(256 * KiB))).status, 402)
      for (const body of [json(256 * KiB + 1), new Blob([json(256 * KiB + 1)]).stream()]) {
        yield* assertFailure(yield* post(body), 413, "PayloadTooLarge")
      }
      const { json: told } = yield* post(json(256 * KiB + 1))
      assert.strictEqual(told["limit"], 256 * KiB)
    })
  )

  it.effect("a prompt of full length fits, however it is escaped", () =>
    Effect.gen(function* () {
      const fingerprint = yield* newAccount
      const escaped = `{"prompt": "${"\\u72d0".repeat(32_000)}", "fingerprint": "${fingerprint}"}`
      assert.strictEqual((yield* post(escaped)).status, 200)
      assert.strictEqual((yield* generate({ fingerprint, prompt: "狐".repeat(32_000) })).status, 200)
    })
  )

  it.effect("a body of 1,000 pieces and one for each 256 bytes is read, and one in smaller crumbs is cut off", () =>
    Effect.gen(function* () {
      const sent = Effect.fnUntraced(function* (pieces: number) {
        const upload = yield* begin({ "content-type": "application/json", "transfer-encoding": "chunked" })
        yield* upload.send([...json(pieces)].map(chunk).join(""))
        yield* upload.send("0\r\n\r\n")
        return upload
      })
      assert.strictEqual((yield* (yield* sent(1003)).answer).status, 402)
      const { answer, ended } = yield* sent(1004)
      yield* ended
      assert.isNaN((yield* answer).status)
    })
  )

  it.effect("100 headers pass, and one more does not", () =>
    Effect.gen(function* () {
      const get = (count: number) => {
        const headers = Array.from({ length: count - 2 }, (_, index) => `x-${index}: 1`)
        return sendRaw(
          ["GET /api/status HTTP/1.1", "Host: service", "Connection: close", ...headers, "", ""].join("\r\n")
        )
      }
      assert.match(yield* get(100), /^HTTP\/1\.1 200 /)
      const answer = yield* get(101)
      assert.match(answer, /^HTTP\/1\.1 431 /)
      assert.include(answer, `"error":"HeadersTooLarge"`)
    })
  )

  it.effect("16 KiB of address and headers pass, and a byte more does not", () =>
    Effect.gen(function* () {
      const get = (bytes: number) => {
        // With the colon, the blank and the line's end that each has.
        const others = "/api/status".length + "Host: service\r\nConnection: close\r\nX: \r\n".length
        const header = `X: ${"x".repeat(bytes - others)}`
        return sendRaw(`GET /api/status HTTP/1.1\r\nHost: service\r\nConnection: close\r\n${header}\r\n\r\n`)
      }
      assert.match(yield* get(16 * KiB), /^HTTP\/1\.1 200 /)
      for (const tooMany of [16 * KiB + 1, 17 * KiB]) {
        const answer = yield* get(tooMany)
        assert.match(answer, /^HTTP\/1\.1 431 /)
        assert.include(answer, `"error":"HeadersTooLarge"`)
      }
    })
  )

  it.effect("HEAD hears that its headers are too large by the status alone", () =>
    Effect.gen(function* () {
      const answer = yield* sendRaw(`HEAD /api/status HTTP/1.1\r\nHost: service\r\nX: ${"x".repeat(17 * KiB)}\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 431 [^]*\r\n\r\n$/)
    })
  )
})
