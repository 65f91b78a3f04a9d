import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import * as Time from "../streams/support/Time.ts"
import { assertGivenUp } from "../uploads/support/Silence.ts"
import { beginJson } from "../uploads/support/Upload.ts"

layer(Time.layer({ TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })("a JSON body", (it) => {
  it.effect.each([
    ["that does not come", ""],
    ["that breaks off", `{"prompt": "a red`]
  ] as const)("%s is refused after 30 seconds, and costs nothing", ([, sent]) => assertGivenUp(beginJson(1000), sent))

  it.effect("that comes drop by drop is refused all the same: it is small", () =>
    Effect.gen(function* () {
      const body = yield* beginJson(1000)
      const answering = yield* Effect.forkChild(body.answer)
      yield* Time.pass(0)
      for (let second = 0; second < 30; second++) {
        assert.isUndefined(answering.pollUnsafe())
        yield* body.send(" ")
        yield* Time.pass("1 second")
      }
      assert.strictEqual((yield* Fiber.join(answering)).status, 408)
    })
  )

  it.effect("that takes less is read", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const order = JSON.stringify({ prompt: "a red fox", fingerprint: yield* newAccount })
      const body = yield* beginJson(order.length)
      yield* body.send(order.slice(0, 9))
      yield* Time.pass("29 seconds")
      yield* body.send(order.slice(9))
      assert.strictEqual((yield* body.answer).status, 200)
    })
  )
})
