import { Schema } from "effect"
import * as Problem from "./Problem.ts"

/** The account that pays, as the app names it: 8 to 256 of `A-Z a-z 0-9 _ -`. */
export const Fingerprint = Schema.String.check(
  Schema.isPattern(
    /^[A-Za-z0-9_-]{8,256}$/u,
    Problem.annotation("not-a-fingerprint", "must be 8 to 256 characters of A-Z a-z 0-9 _ -")
  )
).pipe(Schema.brand("Fingerprint"))
export type Fingerprint = typeof Fingerprint.Type
