import { Schema } from "effect"

/** What can be wrong with a value that comes from outside, for whoever words it in another language. */
export const Problem = Schema.Literals([
  "empty",
  "too-long",
  "not-a-fingerprint",
  "not-an-idempotency-key",
  "not-a-task-id",
  "not-a-direction"
])
export type Problem = typeof Problem.Type

/** Annotates a schema, or a check, with its problem and the same in plain English. */
export const annotation = (problem: Problem, message: string) => ({ problem, message })
