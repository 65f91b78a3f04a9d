import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Answer } from "../e2e/support/Client.ts"
import { assertDocumented, operationOf } from "../e2e/support/Contract.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import type { Request } from "./Requests.ts"

/** Holds an answer against the document, and against what every refusal has to be. */
export const assertGood = Effect.fnUntraced(function* (request: Request, answer: Answer, isTroubled: boolean) {
  const { method, target } = request
  const { status } = answer
  if (status >= 500) assert(isTroubled && status !== 500, `${status}, and nothing is wrong with the upstream`)
  assertDocumented(method, target, answer)
  if (operationOf(method, target) === undefined) assert.isAtLeast(status, 400, "an answer at an address that has none")
  if (status < 400) return
  if (method === "HEAD") assert.strictEqual(answer.text, "")
  else yield* assertFailure(answer, status, String(answer.json["error"]))
})
