import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { differs } from "../e2e/support/Differences.ts"
import { balanceOf, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { answersOf, converse } from "./Conversation.ts"
import { ask, get, last, length, question, smuggled } from "./corpus/Case.ts"

layer(Service.layer(), { excludeTestServices: true })("requests that do not wait for answers", (it) => {
  it.effect("are answered in their order", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 10 }, (_, index) => `request-${index}`)
      const heard = yield* converse(names.map((name) => get([`X-Request-Id: ${name}`])).join("") + last)
      const answers = answersOf(heard).map(({ headers, status }) => [status, headers.get("x-request-id")])
      assert.deepStrictEqual(
        answers.slice(0, -1),
        names.map((name) => [200, name])
      )
    })
  )

  it.effect("are each what they say", () =>
    Effect.gen(function* () {
      const account = yield* newAccount
      const asked = ask([length(question(account))], question(account))
      const answers = answersOf(yield* converse(asked + smuggled(account)))
      const isEnded = differs("ends a line on which a request has not waited")
      assert.deepInclude(
        isEnded ? [[], [200], [200, 200]] : [[200, 200]],
        answers.map(({ status }) => status)
      )
      yield* Service.clientsLeaveIsKnown
      const balance = yield* balanceOf(account)
      assert.include(answers.length === 2 ? [9] : [9, 10], balance)
    })
  )
})

layer(Service.layer(), { excludeTestServices: true })("HTTP/2 without TLS", (it) => {
  it.effect("is no HTTP here, or is answered as such, and ends with its client", () =>
    Effect.gen(function* () {
      const heard = yield* converse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", { leaving: "ends" })
      // A server begins with a SETTINGS frame (RFC 9113, section 3.4).
      if (differs("speaks HTTP/2 without TLS")) assert.strictEqual(heard.charCodeAt(3), 4)
      else
        assert.deepStrictEqual(
          answersOf(heard).map(({ status }) => status),
          [400]
        )
    })
  )
})
