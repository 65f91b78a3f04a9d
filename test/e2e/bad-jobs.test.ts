import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { formOf, request } from "./support/Client.ts"
import { assertFailure, assertUntouched } from "./support/Failures.ts"
import { file, jpeg, png } from "./support/Fixtures.ts"
import { newAccount } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

type Body = NonNullable<RequestInit["body"]>

/** A body with its content type, if it has one, for the account that it is about. */
type Bad = (fingerprint: string) => { readonly type?: string; readonly body?: Body }

const body =
  (body: Body, type?: string): Bad =>
  () => ({ body, ...(type !== undefined && { type }) })
const json = (fields: unknown): Bad => body(JSON.stringify(fields), "application/json")
const changed =
  (changes: Readonly<Record<string, unknown>>): Bad =>
  (fingerprint) => ({
    type: "application/json",
    body: JSON.stringify({ prompt: "a red fox", fingerprint, ...changes })
  })
const form =
  (changes: Readonly<Record<string, string>>, ...files: ReadonlyArray<File>): Bad =>
  (fingerprint) => ({ body: formOf({ prompt: "a red fox", fingerprint, ...changes }, files) })

/** A form as text, its lines ended as they have to be. */
const multipart =
  (write: (fingerprint: string) => ReadonlyArray<string>, type = "multipart/form-data; boundary=x"): Bad =>
  (fingerprint) => ({ type, body: write(fingerprint).join("\r\n") })
const field = (name: string, value: string) => ["--x", `Content-Disposition: form-data; name="${name}"`, "", value]
const whole = (fingerprint: string) => [...field("prompt", "a red fox"), ...field("fingerprint", fingerprint)]

const bytes = (count: number, start: Uint8Array = png("a fox")) => {
  const all = new Uint8Array(count)
  all.set(start)
  return all
}
/** 17 MB with no length said beforehand. */
const endless: Bad = () => ({
  type: "application/json",
  body: new ReadableStream({
    start: (controller) => {
      for (let count = 0; count < 17; count++) controller.enqueue(new Uint8Array(1_048_576).fill(0x20))
      controller.close()
    }
  })
})

const avif = Uint8Array.from([0, 0, 0, 0x1c, ...Buffer.from("ftypavif\0\0\0\0avifmif1miaf")])
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`

const bad: ReadonlyArray<readonly [what: string, status: number, error: string, Bad]> = [
  ["nothing at all", 400, "InvalidRequest", () => ({})],
  ["an empty body", 400, "InvalidRequest", body("", "application/json")],
  ["no field", 400, "InvalidRequest", json({})],
  ["no prompt", 400, "InvalidRequest", changed({ prompt: undefined })],
  ["an empty prompt", 400, "InvalidRequest", changed({ prompt: "" })],
  ["a blank prompt", 400, "InvalidRequest", changed({ prompt: " \n\t　" })],
  ["a number for a prompt", 400, "InvalidRequest", changed({ prompt: 7 })],
  ["null for a prompt", 400, "InvalidRequest", changed({ prompt: null })],
  ["a list for a prompt", 400, "InvalidRequest", changed({ prompt: ["a red fox"] })],
  ["a prompt of 32,001 characters", 400, "InvalidRequest", changed({ prompt: "x".repeat(32_001) })],
  ["a number for a size", 400, "InvalidRequest", changed({ size: 169 })],
  ["no fingerprint", 400, "InvalidRequest", changed({ fingerprint: undefined })],
  ["a short fingerprint", 400, "InvalidRequest", changed({ fingerprint: "1234567" })],
  ["a long fingerprint", 400, "InvalidRequest", changed({ fingerprint: "x".repeat(257) })],
  ["a fingerprint with odd characters", 400, "InvalidRequest", changed({ fingerprint: "account'; DROP TABLE--" })],
  ["a fingerprint in other letters", 400, "InvalidRequest", changed({ fingerprint: "账户账户账户账户" })],
  ["a fingerprint with a line break", 400, "InvalidRequest", changed({ fingerprint: "account-0001\n" })],
  ["a number for a fingerprint", 400, "InvalidRequest", changed({ fingerprint: 12345678 })],
  ["JSON that ends early", 400, "InvalidRequest", body(`{"prompt": "a red fox"`, "application/json")],
  ["JSON with single quotes", 400, "InvalidRequest", body(`{'prompt': 'a red fox'}`, "application/json")],
  ["null", 400, "InvalidRequest", json(null)],
  ["a list", 400, "InvalidRequest", json([])],
  ["a text", 400, "InvalidRequest", json("a red fox")],
  ["a number", 400, "InvalidRequest", json(7)],
  ["bytes of no type", 400, "InvalidRequest", body(png("a fox"))],
  ["plain text", 415, "UnsupportedMediaType", body(`{"prompt": "a red fox"}`, "text/plain")],
  ["a form of the other kind", 415, "UnsupportedMediaType", body(new URLSearchParams({ prompt: "a red fox" }))],
  ["XML", 415, "UnsupportedMediaType", body("<prompt>a red fox</prompt>", "application/xml")],
  ["a type that is none", 415, "UnsupportedMediaType", body("{}", "json")],
  ["17 MB, said beforehand", 413, "PayloadTooLarge", body(new Uint8Array(17_825_792).fill(0x20), "application/json")],
  ["17 MB, not said beforehand", 413, "PayloadTooLarge", endless],
  [
    "a form without a prompt",
    400,
    "InvalidRequest",
    multipart((account) => [...field("fingerprint", account), "--x--", ""])
  ],
  ["a form with a blank prompt", 400, "InvalidRequest", form({ prompt: "  " })],
  ["a form with a prompt of 32,001 characters", 400, "InvalidRequest", form({ prompt: "x".repeat(32_001) })],
  ["a form with a prompt of 300 kB", 413, "PayloadTooLarge", form({ prompt: "x".repeat(300_000) })],
  [
    "a form with two prompts",
    400,
    "InvalidRequest",
    multipart((account) => [...whole(account), ...field("prompt", "an owl"), "--x--", ""])
  ],
  ["a text for an image", 400, "InvalidRequest", form({ image: "a red fox" })],
  ["an empty file", 415, "UnsupportedImage", form({}, file("fox.png", ""))],
  ["a text called PNG", 415, "UnsupportedImage", form({}, file("fox.png", "a red fox, sitting in the snow"))],
  ["HTML called PNG", 415, "UnsupportedImage", form({}, file("fox.png", "<!DOCTYPE html><script>alert(1)</script>"))],
  ["an SVG", 415, "UnsupportedImage", form({}, file("fox.svg", svg, "image/svg+xml"))],
  ["an AVIF", 415, "UnsupportedImage", form({}, file("fox.avif", avif, "image/avif"))],
  ["a PNG of its first bytes but one", 415, "UnsupportedImage", form({}, file("fox.png", png("a fox").subarray(0, 7)))],
  ["a text after a good image", 415, "UnsupportedImage", form({}, file("fox.jpg", jpeg), file("fox.png", "a red fox"))],
  ["a file over 10 MiB", 413, "PayloadTooLarge", form({}, file("fox.png", bytes(10_485_761)))],
  [
    "files of over 16 MiB",
    413,
    "PayloadTooLarge",
    form({}, file("1.png", bytes(8_400_000)), file("2.png", bytes(8_400_000)))
  ],
  ["five files", 413, "PayloadTooLarge", form({}, ...[1, 2, 3, 4, 5].map((name) => file(`${name}.png`, png("a fox"))))],
  [
    "a form without a boundary",
    400,
    "InvalidRequest",
    multipart((account) => [...whole(account), "--x--"], "multipart/form-data")
  ],
  [
    "a form with another boundary",
    400,
    "InvalidRequest",
    multipart((account) => [...whole(account), "--x--"], "multipart/form-data; boundary=y")
  ],
  ["a form that ends in a field", 400, "InvalidRequest", multipart(whole)],
  [
    "a form that ends in a header",
    400,
    "InvalidRequest",
    multipart((account) => [...whole(account), "--x", "Content-Dispo"])
  ],
  ["a form that is empty", 400, "InvalidRequest", body("", "multipart/form-data; boundary=x")],
  [
    "multipart of another kind",
    415,
    "UnsupportedMediaType",
    multipart((account) => [...whole(account), "--x--"], "multipart/mixed; boundary=x")
  ]
]

layer(Service.layer(), { excludeTestServices: true })("an order that is", (it) => {
  it.effect.each(bad)("%s gets %i and reaches neither upstream nor balance", ([, status, error, make]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { body, type } = make(fingerprint)
      const answer = yield* request("/api/images/generate", {
        method: "POST",
        headers: type === undefined ? {} : { "content-type": type },
        ...(body !== undefined && { body, duplex: "half" })
      })
      yield* assertFailure(answer, status, error)
      if (status === 400) assert.isNotEmpty(answer.json["issues"])
      yield* assertUntouched(fingerprint)
    })
  )
})
