import { Schema } from "effect"
import * as Problem from "./Problem.ts"

/** What the user wants to see: trimmed, 1 to 32,000 characters (UTF-16 code units). */
export const Prompt = Schema.Trim.pipe(
  Schema.decodeTo(
    Schema.String.check(
      Schema.isMinLength(1, Problem.annotation("empty", "must not be empty")),
      Schema.isMaxLength(32_000, Problem.annotation("too-long", "must be at most 32,000 characters"))
    ).pipe(Schema.brand("Prompt"))
  )
)
export type Prompt = typeof Prompt.Type
