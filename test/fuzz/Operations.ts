import * as Document from "@scnmnt/server/openapi/Document"
import { Schema } from "effect"

/** A schema of the API's document, as far as values are made of it. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: Schema.Json
  readonly enum?: ReadonlyArray<Schema.Json>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly oneOf?: ReadonlyArray<JsonSchema>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: JsonSchema
}

const key = Schema.optionalKey
const Inner = Schema.suspend((): Schema.Codec<JsonSchema> => JsonSchema)
const JsonSchema: Schema.Codec<JsonSchema> = Schema.Struct({
  $ref: key(Schema.String),
  type: key(Schema.String),
  const: key(Schema.Json),
  enum: key(Schema.Array(Schema.Json)),
  anyOf: key(Schema.Array(Inner)),
  oneOf: key(Schema.Array(Inner)),
  allOf: key(Schema.Array(Inner)),
  pattern: key(Schema.String),
  format: key(Schema.String),
  minimum: key(Schema.Number),
  maximum: key(Schema.Number),
  properties: key(Schema.Record(Schema.String, Inner)),
  required: key(Schema.Array(Schema.String)),
  items: key(Inner)
})

const Parameter = Schema.Struct({
  name: Schema.String,
  in: Schema.Literals(["path", "query", "header"]),
  required: key(Schema.Boolean),
  schema: JsonSchema
})
export type Parameter = typeof Parameter.Type

const OpenApi = Schema.Struct({
  paths: Schema.Record(
    Schema.String,
    Schema.Record(
      Schema.String,
      Schema.Struct({
        parameters: Schema.Array(Parameter),
        requestBody: key(
          Schema.Struct({ content: Schema.Record(Schema.String, Schema.Struct({ schema: JsonSchema })) })
        )
      })
    )
  ),
  components: Schema.Struct({ schemas: Schema.Record(Schema.String, JsonSchema) })
})

/** The document, as far as it tells of requests. */
const { components, paths } = Schema.decodeSync(Schema.fromJsonString(OpenApi))(Document.make())

/** One method of one address. */
export interface Operation {
  readonly method: string
  /** With parameters as `{name}`. */
  readonly path: string
  readonly parameters: ReadonlyArray<Parameter>
  /** What a body may be, by media type. */
  readonly bodies: Readonly<Record<string, JsonSchema>>
}

export const operations: ReadonlyArray<Operation> = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    parameters,
    bodies: Object.fromEntries(Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema]))
  }))
)

/** All that a schema says, where it names another or is made of several. */
export const resolve = ({ $ref, allOf = [], ...schema }: JsonSchema): JsonSchema => {
  const named = $ref === undefined ? [] : [components.schemas[$ref.replace(/^.*\//, "")] ?? {}]
  return Object.assign(schema, ...[...named, ...allOf].map(resolve))
}
