import { assert, layer } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { eventually } from "../e2e/support/Client.ts"
import { differs } from "../e2e/support/Differences.ts"
import { balanceOf, newAccount } from "../e2e/support/Jobs.ts"
import { runtime } from "../e2e/support/Runtime.ts"
import * as Service from "../e2e/support/Service.ts"
import { answersOf, converse, type RawAnswer } from "./Conversation.ts"
import type { Case } from "./corpus/Case.ts"
import { chunks } from "./corpus/Chunks.ts"
import { headers } from "./corpus/Headers.ts"
import { lengths } from "./corpus/Lengths.ts"
import { lines } from "./corpus/Lines.ts"
import { targets } from "./corpus/Targets.ts"

const orders = Effect.flatMap(UpstreamSimulator, ({ counters }) => Effect.map(counters, ({ calls }) => calls.submit))

/** A refusal is the one failure body, or it is the runtime's own and says nothing. */
const assertWorded = ({ body, headers, status }: RawAnswer) => {
  if (status < 400) return
  if (body === "" && differs("refuses in its own words what is no request yet")) return
  assert.strictEqual(headers.get("content-type"), "application/json")
  assert.strictEqual(JSON.parse(body).code, status)
  assert.isNotNull(headers.get("x-request-id"))
}

const check = Effect.fnUntraced(function* (one: Case) {
  const account = yield* newAccount
  const before = yield* orders
  const ordered = (typeof one.orders === "object" ? one.orders[runtime] : one.orders) ?? 0
  const answers = answersOf(yield* converse(one.sent(account), { leaving: one.leaving }))
  const expected = one.but?.[runtime] ?? one.answers
  assert.deepInclude(
    "either" in expected ? expected.either : [expected],
    answers.map(({ status }) => status)
  )
  for (const answer of answers) assertWorded(answer)
  // Others are answered, and what was on the line has been done by then, if it was to be.
  yield* Service.clientsLeaveIsKnown
  // What is paid for is still on its way to the upstream where its client did not wait for the answer.
  assert.strictEqual((yield* eventually(orders, (now) => now - before >= ordered)) - before, ordered)
  assert.strictEqual(yield* balanceOf(account), 10 - ordered)
})

layer(Service.layer(), { excludeTestServices: true })("on a line,", (it) => {
  for (const [kind, cases] of Object.entries({ lengths, chunks, headers, targets, lines })) {
    it.effect.each(cases.map((one) => [one.name, one] as const))(`${kind}: %s`, ([, one]) => check(one))
  }
})
