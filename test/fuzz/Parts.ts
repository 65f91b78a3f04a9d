import * as fc from "fast-check"
import { gif, jpeg, png, webp } from "../e2e/support/Fixtures.ts"
import * as Oddities from "./Oddities.ts"
import { type Member, wordOf } from "./Values.ts"

/** A part of a form, its head line by line. */
export interface Part {
  readonly head: ReadonlyArray<string>
  readonly content: Buffer
}

export const fieldsOf = (members: ReadonlyArray<Member>) =>
  members.map(([name, json]): Part => ({ head: [disposition(name)], content: Buffer.from(wordOf(json)) }))

/** Some files of one of these names, one more at most than may come along. */
export const filesOf = (
  names: ReadonlyArray<string>,
  content: fc.Arbitrary<Buffer>
): fc.Arbitrary<ReadonlyArray<Part>> => {
  if (names.length === 0) return fc.constant([])
  const name = fc.constantFrom(...names)
  const fileName = fc.oneof({ weight: 3, arbitrary: fc.constant("fox.png") }, Oddities.text)
  const file = fc.record({ name, fileName, content }).map(({ content, fileName, name }): Part => ({
    head: [disposition(name, fileName.replaceAll(/[\r\n"]/g, "_")), "Content-Type: image/png"],
    content
  }))
  return fc.array(file, { maxLength: 5 })
}

export const picture = fc.constantFrom(...[png("a fox"), jpeg, gif, webp].map((bytes) => Buffer.from(bytes)))

/** A picture's beginning, one that claims to be another, other media, and nothing at all. */
export const noPicture = fc.oneof(
  fc.tuple(picture, Oddities.share).map(([bytes, share]) => bytes.subarray(0, bytes.length * share)),
  fc
    .tuple(picture, fc.nat(40), Oddities.bytes)
    .map(([bytes, at, odd]) => Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at + odd.length)])),
  fc
    .constantFrom("", "<svg/>", "<!doctype html>", "%PDF-1.7", "GIF89a", "\x89PNG\r\n\x1a\n")
    .map((text) => Buffer.from(text, "latin1")),
  Oddities.bytes
)

/** A part whose head is odd, or that has none. */
export const odd = (names: ReadonlyArray<string>): fc.Arbitrary<Part> => {
  const name = fc.oneof(fc.constantFrom("image[]", "images", "_charset_", ...names), Oddities.text)
  const further = fc.oneof(
    fc.constantFrom("Content-Transfer-Encoding: base64", "Content-Type: text/plain; charset=utf-16", "Content-Type"),
    fc.constantFrom("Content-Type: multipart/mixed; boundary=inner", "Content-Disposition: form-data", ": x", " x"),
    fc.integer({ min: 1, max: 40_000 }).map((length) => `X-Odd: ${"x".repeat(length)}`)
  )
  const head = fc.oneof(
    fc.tuple(name, fc.array(further, { maxLength: 300 })).map(([name, further]) => [disposition(name), ...further]),
    fc.tuple(name, Oddities.text).map(([name, fileName]) => [disposition(name, fileName)]),
    name.map((name) => [disposition(name), disposition(name)]),
    name.map((name) => [`Content-Disposition: form-data; name=${name}`]),
    name.map((name) => [`Content-Disposition: form-data; name*=utf-8''${encodeURIComponent(name.toWellFormed())}`]),
    fc.array(further, { maxLength: 3 })
  )
  const text = Oddities.text.map((text) => Buffer.from(text))
  return fc.record({ head, content: fc.oneof(text, Oddities.bytes, picture) })
}

const disposition = (name: string, fileName?: string) =>
  `Content-Disposition: form-data; name="${name}"${fileName === undefined ? "" : `; filename="${fileName}"`}`
