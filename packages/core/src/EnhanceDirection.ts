import { Schema } from "effect"

/** What a prompt is improved in: by what it leaves open, or by imagination. */
export const EnhanceDirection = Schema.Literals(["details", "creative"])
export type EnhanceDirection = typeof EnhanceDirection.Type
