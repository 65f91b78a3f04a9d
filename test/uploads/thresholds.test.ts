import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { request } from "../e2e/support/Client.ts"
import { assertFailure, assertUntouched } from "../e2e/support/Failures.ts"
import { png } from "../e2e/support/Fixtures.ts"
import { newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { field, fieldsOf, fileHead } from "./support/Upload.ts"

const limits = {
  MAX_REFERENCE_UPLOAD_BYTES: "300000",
  MAX_REQUEST_BYTES: "500000",
  MAX_REFERENCE_IMAGES: "2"
}

/** A picture of so many bytes: what follows one is read by nobody. */
const picture = (size: number) => Buffer.concat([png("a fox"), Buffer.alloc(size)]).subarray(0, size)

const file = (size: number) => Buffer.concat([Buffer.from(fileHead()), picture(size), Buffer.from("\r\n")])

const files = (count: number) => Buffer.concat(Array.from({ length: count }, () => file(1000)))

const notes = (count: number) =>
  Buffer.from(Array.from({ length: count }, (_, index) => field(`note-${index}`, "x")).join(""))

/** Parts that take up as much as makes the whole form this large. */
const upTo = (size: number, account: string) => {
  const others = formOf(account, Buffer.concat([file(250_000), Buffer.from(field("note", ""))]))
  return Buffer.concat([file(250_000), Buffer.from(field("note", "x".repeat(size - others.length)))])
}

/** A field that makes the order's this large in all: the prompt has 9 characters. */
const shapeUpTo = (size: number, account: string) => Buffer.from(field("size", "x".repeat(size - 9 - account.length)))

const formOf = (account: string, parts: Uint8Array) =>
  Buffer.concat([Buffer.from(fieldsOf(account)), parts, Buffer.from("--x--\r\n")])

const send = (body: Uint8Array<ArrayBuffer>) =>
  request("/api/images/generate", {
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    body
  })

layer(Service.layer(limits), { excludeTestServices: true })(
  "an upload just as large as may be, and one over:",
  (it) => {
    it.effect.each([
      ["a file of 300,000 bytes", 300_000, 300_000, file],
      ["2 files", 2, 2, files],
      ["a field of 256 KiB", 262_144, undefined, (size: number) => Buffer.from(field("note", "x".repeat(size)))],
      ["fields of 256 KiB that are read", 262_144, 262_144, shapeUpTo],
      // Two of them are the prompt and the account.
      ["64 parts", 62, undefined, notes],
      ["500,000 bytes in all", 500_000, 500_000, upTo]
    ] as const)("%s", ([, most, told, partsOf]) =>
      Effect.gen(function* () {
        const fingerprint = yield* newAccount
        const { status, text } = yield* send(formOf(fingerprint, partsOf(most, fingerprint)))
        assert.strictEqual(status, 200, text)
        yield* Service.freshUpstream
        const other = yield* newAccount
        const answer = yield* send(formOf(other, partsOf(most + 1, other)))
        yield* assertFailure(answer, 413, "PayloadTooLarge")
        assert.strictEqual(answer.json["limit"], told)
        yield* assertUntouched(other)
      })
    )
  }
)
