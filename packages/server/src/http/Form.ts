import * as ReferenceImage from "@scnmnt/core/ReferenceImage"
import { Effect, Option, Stream } from "effect"
import type { Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { GenerateJson } from "../api/ImagesApi.ts"
import { Limits } from "../Limits.ts"
import * as Uploads from "../telemetry/Uploads.ts"
import * as FormParts from "./FormParts.ts"
import * as ImageDimensions from "./ImageDimensions.ts"
import * as Problem from "./Problem.ts"
import * as Spool from "./Spool.ts"

/** A form that was received: the fields of an order, and the files of its field `image`. */
export interface Form {
  readonly fields: Readonly<Record<string, string>>
  readonly images: ReadonlyArray<ReferenceImage.ReferenceImage>
  /** Bytes of its fields, in UTF-8. */
  readonly text: number
  /** Bytes that its files take up in memory. */
  readonly memory: number
}

/** Reads the request's form as it arrives. What is too much, or no image, is refused as soon as it is met. */
export const read = Effect.flatMap(FormParts.parts, (parts) =>
  Stream.runFoldEffect(
    parts,
    (): Form => ({ fields: {}, images: [], text: 0, memory: 0 }),
    Effect.fnUntraced(function* (form, part) {
      return part._tag === "Field" ? yield* withField(form, part) : yield* withFile(form, part)
    })
  )
)

/** What nobody reads is not kept: it would be held for as long as the rest of the form takes. */
const withField = Effect.fnUntraced(function* (form: Form, { key, value }: Multipart.Field) {
  if (key === "image") return yield* Problem.refusal(key, "not-a-file")
  if (!Object.hasOwn(GenerateJson.fields, key)) return form
  if (Object.hasOwn(form.fields, key)) return yield* Problem.refusal(key, "repeated")
  const text = form.text + utf8.encode(value).length
  const { jsonBytes } = yield* Limits
  if (text > jsonBytes) return yield* new Failures.PayloadTooLarge({ limit: jsonBytes })
  return { ...form, fields: { ...form.fields, [key]: value }, text }
})

const utf8 = new TextEncoder()

const withFile = Effect.fnUntraced(function* (form: Form, file: Multipart.File) {
  if (file.key !== "image") {
    if (meansImage.test(file.key) && !(yield* isLeftEmpty(file))) {
      return yield* Problem.refusal(file.key, "not-taken-as-file")
    }
    yield* Stream.runDrain(file.content)
    return form
  }
  const limits = yield* Limits
  if (form.images.length === limits.references) {
    return (yield* isLeftEmpty(file)) ? form : yield* new Failures.PayloadTooLarge({ limit: limits.references })
  }
  const content = file.content.pipe(
    Stream.limitBytes<Multipart.MultipartError | Failures.PayloadTooLarge, never>(limits.referenceBytes, () =>
      Stream.fail(new Failures.PayloadTooLarge({ limit: limits.referenceBytes }))
    )
  )
  const spooled = yield* Spool.keep(content, limits.memoryBytes - form.memory)
  if (file.name === "" && spooled.size === 0) return form
  const received = Stream.mapError(spooled.content, (cause) => new ReferenceImage.ReferenceImageUnreadable({ cause }))
  const image = yield* ReferenceImage.fromUpload({
    name: file.name,
    size: spooled.size,
    content: received,
    pixels: ImageDimensions.pixels(received)
  })
  yield* Uploads.received(spooled.size, spooled.memory === spooled.size ? "memory" : "disk")
  return { ...form, images: [...form.images, image], memory: form.memory + spooled.memory }
})

/** What other services call `image`. To ignore it like any other field would sell a picture that is not made from it. */
const meansImage = /^images?(\[\d*\])?$/i

/** A file input in which nothing was chosen is sent nevertheless (WHATWG HTML, section 4.10.21.4), and is none. */
const isLeftEmpty = ({ content, name }: Multipart.File) =>
  name === "" ? Effect.map(Stream.runHead(content), Option.isNone) : Effect.succeed(false)
