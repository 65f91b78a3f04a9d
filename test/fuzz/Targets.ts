import * as fc from "fast-check"
import { perhaps } from "./Mostly.ts"
import * as Oddities from "./Oddities.ts"
import type { Operation, Parameter } from "./Operations.ts"
import { type Values, wordOf } from "./Values.ts"

/** Paths and queries of an operation: as it has them, and others. */
export const make = (values: Values, { parameters, path }: Operation) => {
  const inPath = parameters.filter((parameter) => parameter.in === "path")
  const inQuery = parameters.filter((parameter) => parameter.in === "query")
  const word = ({ name, schema }: Parameter) => values.fitting(schema, name).map(wordOf).map(percentEncoded)
  const filled = (segment: (parameter: Parameter) => fc.Arbitrary<string>) =>
    fc
      .tuple(...inPath.map(segment))
      .map((segments) =>
        segments.reduce((path, text, index) => path.replace(`{${inPath[index]?.name}}`, () => text), path)
      )
  const fitting = filled(word)
  const names = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...inQuery.map(({ name }) => name), "other") },
    Oddities.text.map(percentEncoded)
  )
  return {
    path: fitting,
    oddPath: fc.oneof(
      { weight: inPath.length, arbitrary: filled(() => oddSegment) },
      fc.tuple(fitting, fc.constantFrom(...misspellings)).map(([path, misspell]) => misspell(path))
    ),
    query: fc
      .tuple(...inQuery.map((parameter) => perhaps(word(parameter).map((text) => `${parameter.name}=${text}`))))
      .map((pairs) => queryOf(pairs.flat())),
    oddQuery: fc
      .array(
        fc.tuple(names, fc.constantFrom("=", "", "[]=", "==", ";"), oddSegment).map((pair) => pair.join("")),
        { minLength: 1, maxLength: 3 }
      )
      .map(queryOf)
  }
}

const queryOf = (pairs: ReadonlyArray<string>) => (pairs.length === 0 ? "" : `?${pairs.join("&")}`)

const percentEncoded = (text: string) => encodeURIComponent(text.toWellFormed())

/** What may stand for a parameter: encoded or not, and well or not. */
const oddSegment = fc.oneof(
  fc.constantFrom("", ".", "..", "%", "%0", "%zz", "%00", "%ff", "%c0%af", "%E0%A4%A", "%2F", "%5c", "..%2f..%2f"),
  fc.constantFrom("%0d%0aX:1", "a;b=c", "a,b", "#a", "+", "-1", "1e1", "1e9", "1e999", "0x10", "55.0000001", "56"),
  fc.uuid().map((uuid) => uuid.toUpperCase()),
  Oddities.text,
  Oddities.text.map(percentEncoded)
)

const misspellings: ReadonlyArray<(path: string) => string> = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replaceAll("/", "//"),
  (path) => path.toUpperCase(),
  (path) => `${path}/more`,
  (path) => path.slice(0, -1),
  (path) => `/.${path}`,
  (path) => `/..${path}`,
  (path) => `${path}%20`,
  (path) => path.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
  (path) => `http://other${path}`,
  (path) => path.slice(1),
  () => "*"
]
