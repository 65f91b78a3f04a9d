import { Record } from "effect"
import { OpenApi } from "effect/http-api"
import { Api } from "../api/Api.ts"
import { version } from "../Version.ts"
import * as EventStreams from "./EventStreams.ts"
import * as Failed from "./Failed.ts"
import * as Headers from "./Headers.ts"
import { introduction } from "./introduction.ts"
import type { Media, Notes, Parameter, Response } from "./Notes.ts"
import { notes } from "./Operations.ts"

/**
 * The OpenAPI 3.1 document of the whole API, as JSON: what its schemas say, with what only the handlers know (headers,
 * further statuses, what is on the wire of a stream) and examples laid over it.
 */
export const make = (): string => {
  const { components, paths, ...spec } = OpenApi.fromApi(Api)
  const document = {
    ...spec,
    info: {
      ...spec.info,
      version,
      description: introduction,
      license: { name: "MIT", identifier: "MIT" }
    },
    servers: [{ url: ".", description: "This server" }],
    paths: Record.map(paths, ({ get, post }) => ({
      ...(get && { get: described(get) }),
      ...(get?.operationId === "getImage" && { head: headOf(described(get)) }),
      ...(post && { post: described(post) })
    })),
    components: { schemas: Record.mapKeys(components.schemas, plainName) }
  }
  return JSON.stringify(document, plain)
}

const described = (operation: OpenApi.OpenAPISpecOperation) => {
  const { parameters = {}, request = {}, responses = {} }: Notes = notes[operation.operationId] ?? {}
  return {
    ...operation,
    parameters: allParameters(operation.parameters, {
      ...parameters,
      "Accept-Language": Headers.acceptLanguage,
      "X-Request-Id": Headers.givenRequestId
    }),
    ...(operation.requestBody && {
      requestBody: { ...operation.requestBody, content: allMedia(operation.requestBody.content, request) }
    }),
    responses: Object.fromEntries(
      Object.keys({ ...responses, ...operation.responses }).map((status) => [
        status,
        allOfResponse(Number(status), operation.responses[Number(status)], responses[status] ?? {})
      ])
    )
  }
}

/** Those of the schemas come first; what is left over are headers. A header is spelled as its note spells it. */
const allParameters = (
  generated: ReadonlyArray<OpenApi.OpenAPISpecParameter>,
  notes: Readonly<Record<string, Parameter>>
) => {
  const noted = Object.entries(notes).map(([name, note]) => ({ name, ...note }))
  const noteOf = ({ name }: OpenApi.OpenAPISpecParameter) =>
    noted.find((note) => note.name.toLowerCase() === name.toLowerCase())
  const known = new Set(generated.map(noteOf))
  return [
    ...generated.map((parameter) => ({ ...parameter, ...noteOf(parameter) })),
    ...noted.filter((note) => !known.has(note)).map((note) => ({ in: "header", required: false, ...note }))
  ]
}

const allOfResponse = (
  status: number,
  generated: OpenApi.OpenApiSpecResponse | undefined,
  { events, ...note }: Response
) => {
  const failed = status >= 400 ? Failed.describe(status, generated) : {}
  const noted = events === undefined ? note.content : EventStreams.describe(generated, events)
  const content = allMedia(generated?.content ?? {}, noted ?? failed.content ?? {})
  const headers = { ...Headers.ofEveryAnswer, ...failed.headers, ...note.headers }
  return {
    ...generated,
    ...failed,
    ...note,
    headers,
    ...(!Record.isEmptyRecord(content) && { content })
  }
}

const allMedia = (generated: OpenApi.OpenApiSpecContent, notes: Readonly<Record<string, Media>>) =>
  Record.map({ ...generated, ...notes }, (_, type) => ({ ...generated[type], ...notes[type] }))

/** HEAD is GET without a body, and without parts (RFC 9110, section 14.2). */
const headOf = ({ parameters, responses, ...operation }: ReturnType<typeof described>) => ({
  ...operation,
  operationId: "headImage",
  summary: "Whether there is an image",
  description: "The status and the headers that a GET would have.",
  parameters: parameters.filter(({ name }) => !/range/i.test(name)),
  responses: Object.fromEntries(
    Object.entries(responses).flatMap(([status, { content: _content, ...response }]) =>
      status === "206" || status === "416" ? [] : [[status, response]]
    )
  )
})

/** Failures are classes, and the generator calls what is on the wire of a class after its encoding. */
const plainName = (name: string) => name.replace(/Encoded$/, "")

/**
 * Leaves out what is said to no purpose: Effect's own notes, the bounds of JavaScript's integers, and that an object has
 * no further members, for they may come with a later version.
 */
const plain = (key: string, value: unknown) => {
  if (key === "$ref" && typeof value === "string") return plainName(value)
  const needless =
    key === "x-effect-stream" ||
    (key === "additionalProperties" && value === false) ||
    ((key === "minimum" || key === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
  return needless ? undefined : value
}
