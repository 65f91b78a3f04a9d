import * as Document from "@scnmnt/server/openapi/Document"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as formats from "ajv-formats"
import { Option, Schema } from "effect"

/** What is wrong with a value by a schema of the API's document. What the schema does not know of is wrong too. */
export const problemsOf = (schema: unknown, value: unknown): ReadonlyArray<string> => {
  const validate = validatorOf(schema)
  return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default.default(ajv)
// The keyword's own meaning is but a note (JSON Schema 2020-12, validation, section 8.5).
ajv.removeKeyword("contentSchema")
ajv.addKeyword({
  keyword: "contentSchema",
  type: "string",
  compile: (schema: object) => (text: string) =>
    Option.match(decodeJson(text), { onNone: () => false, onSome: (value) => problemsOf(schema, value).length === 0 })
})

const decodeJson = Schema.decodeOption(Schema.fromJsonString(Schema.Json))

const validators = new Map<unknown, ReturnType<typeof ajv.compile>>()
const validatorOf = (schema: unknown) => {
  const known = validators.get(schema)
  if (known !== undefined) return known
  const validate = ajv.compile({ allOf: [closed(schema)], components })
  validators.set(schema, validate)
  return validate
}

/** A schema whose objects have no members but those that it names. */
const closed = (schema: unknown) =>
  JSON.parse(JSON.stringify(schema), (_, value) =>
    value?.type === "object" ? { ...value, additionalProperties: false } : value
  )

const { components } = closed(JSON.parse(Document.make()))
