import { Effect, type Schema, SchemaIssue } from "effect"
import { HttpApiMiddleware } from "effect/http-api"
import { RequestValidation } from "../api/Api.ts"
import { InvalidRequest } from "../api/Failures.ts"

/** Tells clients what in their request does not fit, and where. What does not fit in an answer is a defect. */
export const layer = HttpApiMiddleware.layerSchemaErrorTransform(RequestValidation, ({ cause, kind }) =>
  kind === "Body" || kind === "ResponseHeaders" ? Effect.die(cause) : Effect.fail(invalidRequest(cause))
)

/** What does not fit, as clients read it. */
export const invalidRequest = ({ issue }: Schema.SchemaError): InvalidRequest =>
  new InvalidRequest({
    issues: format(issue).issues.map(({ message, path }) => ({
      path: (path ?? []).map(String).join("."),
      problem: message
    }))
  })

const format = SchemaIssue.makeFormatterStandardSchemaV1()
