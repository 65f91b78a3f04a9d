import { Schema } from "effect"
import * as Problem from "./Problem.ts"

/** What a prompt is improved in: by what it leaves open, or by imagination. */
export const EnhanceDirection = Schema.Literals(["details", "creative"]).annotate(
  Problem.annotation("not-a-direction", "must be details or creative")
)
export type EnhanceDirection = typeof EnhanceDirection.Type
