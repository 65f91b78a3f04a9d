import { Effect } from "effect"
import { HttpApiMiddleware } from "effect/http-api"
import { RequestValidation } from "../api/Api.ts"
import * as Problem from "./Problem.ts"

/** Tells clients what in their request does not fit, and where. What does not fit in an answer is a defect. */
export const layer = HttpApiMiddleware.layerSchemaErrorTransform(RequestValidation, ({ cause, kind }) =>
  kind === "Body" || kind === "ResponseHeaders" ? Effect.die(cause) : Effect.fail(Problem.refusalOf(cause))
)
