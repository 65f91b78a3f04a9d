import * as fc from "fast-check"
import * as Forms from "./Forms.ts"
import * as MediaTypes from "./MediaTypes.ts"
import { mostly } from "./Mostly.ts"
import * as Oddities from "./Oddities.ts"
import type { JsonSchema, Operation } from "./Operations.ts"
import { type Values, wordOf } from "./Values.ts"

/** A body, if there is one, and how often and by what its type is told. */
export interface Body {
  readonly types: ReadonlyArray<string>
  readonly bytes: Buffer | undefined
}

/** The bodies of an operation: as it takes them, and others. */
export const make = (values: Values, { bodies }: Operation) => {
  const kinds = Object.entries(bodies).map(([type, schema]) =>
    type === "multipart/form-data" ? ofForm(values, schema) : ofText(values, type, schema)
  )
  const none = fc.constant<Body>({ types: [], bytes: undefined })
  const json = Oddities.json.map((json) => Buffer.from(json))
  const unasked = fc.record({ types: MediaTypes.odd, bytes: fc.oneof(json, Oddities.bytes) })
  return {
    fitting: kinds.length === 0 ? none : fc.oneof(...kinds.map(({ fitting }) => fitting)),
    broken: fc.oneof(...kinds.map(({ broken }) => ({ weight: 6, arbitrary: broken })), unasked, none)
  }
}

const ofForm = (values: Values, schema: JsonSchema) => {
  const { broken, fitting } = Forms.make(values, schema)
  return ofType(`multipart/form-data; boundary=${Forms.boundary}`, fitting, broken)
}

const ofText = (values: Values, type: string, schema: JsonSchema) => {
  const textOf = (json: string) => (type.includes("json") ? json : wordOf(json))
  const fitting = values.fitting(schema).map(textOf)
  const broken = fc.oneof(
    { weight: 3, arbitrary: values.broken(schema).map((json) => Buffer.from(textOf(json))) },
    fc.tuple(fitting, miswritten).map(([text, miswrite]) => miswrite(text))
  )
  return ofType(
    type,
    fitting.map((text) => Buffer.from(text)),
    broken
  )
}

const ofType = (type: string, fitting: fc.Arbitrary<Buffer>, broken: fc.Arbitrary<Buffer>) => {
  const types = fc.constant([type])
  return {
    fitting: fc.record({ types, bytes: fitting }),
    broken: mostly(fc.record({ types, bytes: broken }), fc.record({ types: MediaTypes.odd, bytes: fitting }), 8)
  }
}

/** Ways in which a text is sent that nobody can read. */
const miswritten: fc.Arbitrary<(text: string) => Buffer> = fc.oneof(
  fc
    .constantFrom<BufferEncoding>("utf16le", "latin1", "base64")
    .map((encoding) => (text: string) => Buffer.from(text, encoding)),
  Oddities.share.map((share) => (text: string) => Buffer.from(text.slice(0, text.length * share))),
  fc.tuple(Oddities.bytes, fc.nat(200)).map(
    ([odd, at]) =>
      (text: string) =>
        Buffer.concat([Buffer.from(text.slice(0, at)), odd, Buffer.from(text.slice(at))])
  ),
  Oddities.json.map((json) => (text: string) => Buffer.from(text + json)),
  fc.constantFrom<(text: string) => Buffer>(
    (text) => Buffer.from(`\ufeff${text}`),
    (text) => Buffer.from(`[${text}]`),
    (text) => Buffer.from(JSON.stringify(text)),
    (text) => Buffer.from(text.replaceAll('"', "'")),
    (text) => Buffer.from(text.replaceAll(",", ",,")),
    (text) => Buffer.from(text + " ".repeat(262_144))
  )
)
