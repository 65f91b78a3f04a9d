import { assert } from "@effect/vitest"
import * as Document from "@scnmnt/server/openapi/Document"
import { Schema } from "effect"
import { Sse } from "effect/encoding"
import { problemsOf } from "./JsonSchema.ts"

/** What there is to an answer. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Holds an answer against the API's own document: its status, headers, media type and body must be in there. */
export const assertDocumented = (method: string, path: string, { headers, status, text }: Told) => {
  const operation = operationOf(method, path)
  if (operation === undefined || isOfNoOperation(method, status, text)) return
  const said = `${method} ${path}: ${status} ${text.slice(0, 500)}`
  const response = operation.responses[status]
  assert(response !== undefined, `an undocumented status: ${said}`)
  assert.deepStrictEqual(problemsOfHeaders(headers, response.headers), [], said)
  const type = headers.get("content-type") ?? ""
  const media = response.content?.[type]
  if (method === "HEAD") return
  if (type !== "") assert(media !== undefined, `an undocumented type, ${type}: ${said}`)
  if (type === "application/json") assert.deepStrictEqual(problemsOf(media?.schema, JSON.parse(text)), [], said)
  if (type === "text/event-stream") assert.deepStrictEqual(problemsOfEvents(media?.["x-itemSchema"], text), [], said)
}

/** What is wrong with the events of a stream, by the schema of one. */
export const problemsOfEvents = (schema: unknown, text: string) => {
  const events: Array<object> = []
  const parser = Sse.makeParser((event) => {
    if (event._tag === "Event") events.push({ data: event.data, ...(event.id !== undefined && { id: event.id }) })
  })
  parser.feed(text)
  return events.flatMap((event) => problemsOf(schema, event))
}

/** A header is documented, or it is the protocol's; and it is as documented. */
const problemsOfHeaders = (headers: Headers, documented: Response["headers"] = {}) =>
  [...headers].flatMap(([name, value]) => {
    const header = Object.entries(documented).find(([known]) => known.toLowerCase() === name)?.[1]
    if (header === undefined) return ofProtocol.test(name) ? [] : [`${name} is not documented`]
    return problemsOf(header.schema, isNumber(header.schema) ? Number(value) : value)
  })

const isNumber = Schema.is(Schema.Struct({ type: Schema.Literals(["integer", "number"]) }))

/** What HTTP needs for itself, and browsers for pages of other origins. */
const ofProtocol = /^(access-control-.*|connection|content-length|content-type|date|keep-alive|transfer-encoding|vary)$/

/** There is none at this address, or for this method. HEAD hears no more of it than the status. */
const isOfNoOperation = (method: string, status: number, text: string) =>
  method === "HEAD" ? status === 404 : /"error":"(RouteNotFound|MethodNotAllowed)"/.test(text)

/** What the document says of a method at an address; of HEAD, where it says nothing else, what it says of GET. */
export const operationOf = (method: string, path: string) => {
  const operations = Object.entries(openApi.paths).find(([template]) => matches(template, path))?.[1]
  return operations?.[method.toLowerCase()] ?? (method === "HEAD" ? operations?.["get"] : undefined)
}

/** A slash at the end makes no difference, nor does a letter that is written with a percent sign. */
const matches = (template: string, path: string) =>
  new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`).test(
    path.replace(/^http:\/\/[^/]+|[?;#].*$/gs, "").replaceAll(/%[2-7][0-9a-f]/gi, plain)
  )

/** RFC 3986, section 6.2.2.2. */
const plain = (encoded: string) => {
  const character = decodeURIComponent(encoded)
  return /[\w.~-]/.test(character) ? character : encoded
}

const Media = Schema.Struct({
  schema: Schema.Json,
  "x-itemSchema": Schema.optionalKey(Schema.Json),
  examples: Schema.optionalKey(Schema.Record(Schema.String, Schema.Struct({ value: Schema.Json })))
})
const Response = Schema.Struct({
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.Struct({ schema: Schema.Json }))),
  content: Schema.optionalKey(Schema.Record(Schema.String, Media))
})
type Response = typeof Response.Type
const Operation = Schema.Struct({ responses: Schema.Record(Schema.String, Response) })
const OpenApi = Schema.Struct({ paths: Schema.Record(Schema.String, Schema.Record(Schema.String, Operation)) })

/** The document, as far as it tells of answers. */
export const openApi = Schema.decodeSync(Schema.fromJsonString(OpenApi))(Document.make())
