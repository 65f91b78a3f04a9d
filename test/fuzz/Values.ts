import * as fc from "fast-check"
import { mostly } from "./Mostly.ts"
import * as Oddities from "./Oddities.ts"
import { type JsonSchema, resolve } from "./Operations.ts"

/**
 * What means something to the service at hand, by the name of the field or parameter, in lower case, that it is for: a
 * schema can tell a task's id from other texts, but not one that there is.
 */
export type Known = Readonly<Record<string, ReadonlyArray<string>>>

/** A member of an object: its name, and its value as JSON text. Names may repeat. */
export type Member = readonly [name: string, json: string]

/** Values of one service, as JSON text: of a value much that is odd would be gone, such as a name twice. */
export const make = (known: Known) => {
  const fitting = (schema: JsonSchema, name = ""): fc.Arbitrary<string> => {
    const words = known[name.toLowerCase()]
    const any = ofType(resolve(schema))
    return words === undefined ? any : mostly(fc.constantFrom(...words.map((word) => JSON.stringify(word))), any, 4)
  }

  const ofType = (schema: JsonSchema): fc.Arbitrary<string> => {
    const { enum: literals = "const" in schema ? [schema.const] : undefined } = schema
    if (literals !== undefined) return fc.constantFrom(...literals.map((literal) => JSON.stringify(literal)))
    const choices = schema.anyOf ?? schema.oneOf
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitting(choice)))
    switch (schema.type) {
      case "object":
        return members(schema).map(objectOf)
      case "array":
        return fc.array(fitting(schema.items ?? {}), { maxLength: 3 }).map((items) => `[${items.join(",")}]`)
      case "integer":
      case "number":
        return number(schema).map(String)
      case "boolean":
        return fc.boolean().map(String)
      case "null":
        return fc.constant("null")
      default:
        return string(schema).map((text) => JSON.stringify(text))
    }
  }

  /** Those of an object that fits, but for the values that are given by name. */
  const members = (schema: JsonSchema, given: Readonly<Record<string, fc.Arbitrary<string>>> = {}) =>
    fc
      .tuple(
        ...propertiesOf(schema).map(([name, property]) => {
          const member = (given[name] ?? fitting(property, name)).map((json): Member => [name, json])
          const isNeeded = name in given || schema.required?.includes(name) === true
          return isNeeded ? member : fc.option(member, { nil: undefined })
        })
      )
      .map((all) => all.filter((member) => member !== undefined))

  /** Those of an object with which something is wrong: a value, or that one is missing, or twice, or one too many. */
  const brokenMembers = (schema: JsonSchema): fc.Arbitrary<ReadonlyArray<Member>> => {
    const properties = propertiesOf(schema)
    const further = fc.tuple(Oddities.text, Oddities.json)
    const added = fc.tuple(members(schema), further).map(([all, one]) => [...all, one])
    if (properties.length === 0) return added
    const property = fc.constantFrom(...properties)
    return fc.oneof(
      { weight: 4, arbitrary: property.chain(([name, inner]) => members(schema, { [name]: broken(inner) })) },
      fc.tuple(members(schema), property).map(([all, [name]]) => all.filter((member) => member[0] !== name)),
      property.chain(([name, inner]) =>
        fc
          .tuple(
            members(schema),
            fc.oneof(fitting(inner, name), broken(inner)).map((json): Member => [name, json])
          )
          .map(([all, again]) => [...all, again])
      ),
      added
    )
  }

  /** Nearly what fits, or nothing like it. */
  const broken = (given: JsonSchema): fc.Arbitrary<string> => {
    const schema = resolve(given)
    if (schema.type === "object") {
      return fc.oneof({ weight: 5, arbitrary: brokenMembers(schema).map(objectOf) }, Oddities.json)
    }
    if (schema.type === "array" && schema.items !== undefined) {
      return fc.oneof(
        fc.array(broken(schema.items), { minLength: 1, maxLength: 100 }).map((items) => `[${items.join(",")}]`),
        Oddities.json
      )
    }
    return Oddities.json
  }

  return { fitting, broken, members, brokenMembers }
}
export type Values = ReturnType<typeof make>

/** What a JSON text says, where there are texts alone. */
export const wordOf = (json: string): string => {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === "string" ? value : json
  } catch {
    return json
  }
}

const objectOf = (members: ReadonlyArray<Member>) =>
  `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`

const propertiesOf = ({ properties = {} }: JsonSchema) => Object.entries(properties)

const number = ({ maximum = 1e6, minimum = -1e6, type }: JsonSchema) =>
  type === "integer"
    ? fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) })
    : fc.oneof(
        fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) }),
        fc.double({ min: minimum, max: maximum, noNaN: true })
      )

/** Where there is no pattern, any text is one that fits. */
const string = ({ pattern }: JsonSchema) =>
  pattern === undefined ? Oddities.text : fc.stringMatching(new RegExp(pattern))
