import { Problem as ValueProblem } from "@scnmnt/core/Problem"
import { Schema, SchemaAST, type SchemaIssue } from "effect"
import { InvalidRequest } from "../api/Failures.ts"

/** Everything that can be wrong in a request, by kind: the words for it are in the catalogue. */
export const Problem = Schema.Literals([
  ...ValueProblem.literals,
  "field-missing",
  "not-text",
  "not-a-wait",
  "not-a-file",
  "not-taken-as-file",
  "repeated",
  "not-an-object",
  "not-json",
  "not-utf8",
  "unreadable",
  "not-http",
  "not-valid"
])
export type Problem = typeof Problem.Type

/** The failure that says this of one place in the request; of none if the path is empty. */
export const refusal = (path: string, problem: Problem) => new InvalidRequest({ issues: [{ path, problem }] })

/** The failure that says of each place what a schema found wrong there. */
export const refusalOf = ({ issue }: Schema.SchemaError) => new InvalidRequest({ issues: found(issue, []) })

/** What it is about, of a schema or a check that is annotated with its own problem. */
const isAnnotated = Schema.is(Schema.Struct({ problem: Problem }))

const found = (
  issue: SchemaIssue.Issue,
  path: ReadonlyArray<PropertyKey>
): ReadonlyArray<{ readonly path: string; readonly problem: Problem }> => {
  const at = (problem: Problem) => [{ path: path.map(String).join("."), problem }]
  switch (issue._tag) {
    case "Pointer":
      return found(issue.issue, [...path, ...issue.path])
    case "Composite":
      return issue.issues.flatMap((part) => found(part, path))
    case "Encoding":
      return found(issue.issue, path)
    case "Filter":
      return isAnnotated(issue.filter.annotations) ? at(issue.filter.annotations.problem) : found(issue.issue, path)
    case "AnyOf":
      return issue.issues.length > 0 ? issue.issues.flatMap((part) => found(part, path)) : at(ofType(issue, path))
    case "InvalidType":
      return at(ofType(issue, path))
    case "MissingKey":
      return at("field-missing")
    case "InvalidValue":
      // Of a body that is no JSON there is nothing to point at.
      return at(path.length === 0 ? "not-json" : "not-valid")
    default:
      return at("not-valid")
  }
}

/** Only a whole body has to be an object, one of several perhaps. */
const ofType = ({ ast }: SchemaIssue.AnyOf | SchemaIssue.InvalidType, path: ReadonlyArray<PropertyKey>): Problem => {
  if (isAnnotated(ast.annotations)) return ast.annotations.problem
  if (path.length === 0) return "not-an-object"
  return SchemaAST.isString(ast) ? "not-text" : "not-valid"
}
