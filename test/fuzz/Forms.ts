import * as fc from "fast-check"
import * as Oddities from "./Oddities.ts"
import { type JsonSchema, resolve } from "./Operations.ts"
import * as Parts from "./Parts.ts"
import type { Values } from "./Values.ts"

/** The boundary that the content type has to name. */
export const boundary = "fuzz"

/** Forms by a schema, as bytes: such as fit it, and such as are broken in some way. */
export const make = ({ brokenMembers, members }: Values, schema: JsonSchema) => {
  const { fields, files, names } = split(resolve(schema))
  const good = members(fields).map(Parts.fieldsOf)
  const bad = brokenMembers(fields).map(Parts.fieldsOf)
  const fitting = joined(good, Parts.filesOf(files, Parts.picture))
  const oddlyMade = fc.oneof(
    { weight: 2, arbitrary: joined(bad, Parts.filesOf(files, Parts.picture)) },
    joined(Parts.filesOf(files, Parts.noPicture), good),
    joined(fc.array(Parts.odd(names), { minLength: 1, maxLength: 3 }), fitting),
    fc
      .tuple(fitting, fc.integer({ min: 2, max: 30 }))
      .map(([parts, times]) => Array.from({ length: times }, () => parts).flat())
  )
  return {
    fitting: fitting.map((parts) => write(parts)),
    broken: fc.oneof(
      { weight: 3, arbitrary: oddlyMade.map((parts) => write(parts)) },
      { weight: 2, arbitrary: fc.tuple(fitting, miswritten).map(([parts, miswrite]) => miswrite(parts)) }
    )
  }
}

type Some = fc.Arbitrary<ReadonlyArray<Parts.Part>>
const joined = (some: Some, others: Some): Some => fc.tuple(some, others).map((parts) => parts.flat())

/** Fields that are texts, and the names of those that are files. */
const split = (schema: JsonSchema) => {
  const all = Object.entries(schema.properties ?? {})
  const isFile = (property: JsonSchema) => (resolve(property).items ?? resolve(property)).format === "binary"
  return {
    fields: { ...schema, properties: Object.fromEntries(all.filter(([, property]) => !isFile(property))) },
    files: all.filter(([, property]) => isFile(property)).map(([name]) => name),
    names: all.map(([name]) => name)
  }
}

const write = (parts: ReadonlyArray<Parts.Part>, line = "\r\n", delimiter = `--${boundary}`) =>
  Buffer.concat([
    ...parts.flatMap(({ content, head }) => [
      Buffer.from([delimiter, ...head, "", ""].join(line)),
      content,
      Buffer.from(line)
    ]),
    Buffer.from(`${delimiter}--${line}`)
  ])

/** Ways to write a form that no browser has. */
const miswritten = fc.oneof(
  Oddities.share.map((share) => within((whole) => whole.subarray(0, whole.length * share))),
  fc.constantFrom("\n", "\r", "\r\r\n", "").map((line) => (parts: ReadonlyArray<Parts.Part>) => write(parts, line)),
  fc
    .constantFrom("--other", "-fuzz", "--fuzz ", "----fuzz", "")
    .map((delimiter) => (parts: ReadonlyArray<Parts.Part>) => write(parts, "\r\n", delimiter)),
  fc
    .tuple(Oddities.bytes, Oddities.bytes)
    .map(([before, after]) => within((whole) => Buffer.concat([before, Buffer.from("\r\n"), whole, after]))),
  fc
    .tuple(Oddities.bytes, fc.nat(2000))
    .map(([odd, at]) => within((whole) => Buffer.concat([whole.subarray(0, at), odd, whole.subarray(at)])))
)

const within = (change: (whole: Buffer) => Buffer) => (parts: ReadonlyArray<Parts.Part>) => change(write(parts))
