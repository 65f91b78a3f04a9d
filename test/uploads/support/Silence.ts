import { assert } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { assertUntouched } from "../../e2e/support/Failures.ts"
import { newAccount } from "../../e2e/support/Jobs.ts"
import * as Service from "../../e2e/support/Service.ts"
import * as Time from "../../streams/support/Time.ts"
import type { Upload } from "./Upload.ts"

/** After this much of it, nothing more comes: it is refused after 30 seconds and not before, and costs nothing. */
export const assertGivenUp = Effect.fnUntraced(function* <E, R>(begin: Effect.Effect<Upload, E, R>, sent: string) {
  yield* Service.freshUpstream
  const fingerprint = yield* newAccount
  const upload = yield* begin
  if (sent !== "") yield* upload.send(sent)
  const answering = yield* Effect.forkChild(upload.answer)
  yield* Time.pass(0)
  yield* Time.pass("29900 millis")
  assert.isUndefined(answering.pollUnsafe())
  yield* Time.pass("100 millis")
  const { status, text } = yield* Fiber.join(answering)
  assert.strictEqual(status, 408)
  assert.deepInclude(JSON.parse(text), { code: 408, error: "RequestTimeout" })
  yield* assertUntouched(fingerprint)
})
