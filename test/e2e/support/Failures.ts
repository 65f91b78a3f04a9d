import { assert } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import type { Answer } from "./Client.ts"
import { balanceOf } from "./Jobs.ts"
import { Service } from "./Service.ts"

/** The one failure body: the status as `code`, the tag as `error`, a text as `message`, and nothing internal. */
export const assertFailure = Effect.fnUntraced(function* (answer: Answer, status: number, error: string) {
  assert.deepInclude(answer.json, { code: status, error }, answer.text)
  assert.strictEqual(answer.status, status)
  assert.strictEqual(answer.headers.get("content-type"), "application/json")
  const { message, code: _code, error: _error, ...fields } = answer.json
  assert.isString(message)
  assert.isNotEmpty(message)
  assert.notStrictEqual(message, error)
  assert.includeMembers(["issues", "limit", "reasons", "retryAfter", "taskId"], Object.keys(fields))
  yield* assertDiscreet(answer.text)
})

/** Nothing that is nobody's business: where things are, what they are made of, what the upstream says. */
export const assertDiscreet = Effect.fnUntraced(function* (text: string) {
  const { storePath } = yield* Service
  const { apiKey, url } = yield* UpstreamSimulator
  for (const secret of [apiKey, url, storePath, ...revealing]) assert.notInclude(text, secret)
})

const revealing = [
  "127.0.0.1",
  "node_modules",
  "    at ",
  ".ts:",
  "SQL",
  "spends",
  "Error:",
  "Cause",
  "/tmp/",
  "pool-07@example.com",
  "号池",
  "敏感词",
  "queue is full",
  "Cloudflare",
  "authorization is invalid"
]

/** The account has its ten credits, and the upstream has heard nothing of the last requests. */
export const assertUntouched = Effect.fnUntraced(function* (fingerprint: string) {
  const { requests } = yield* UpstreamSimulator
  assert.lengthOf(
    (yield* requests).filter(({ call }) => call !== "look-up"),
    0
  )
  assert.strictEqual(yield* balanceOf(fingerprint), 10)
})
