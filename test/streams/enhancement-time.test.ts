import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Effect, Fiber } from "effect"
import { enhance, eventsOf, failureOf, tokensOf } from "../e2e/support/Enhancement.ts"
import * as Service from "../e2e/support/Service.ts"
import { asked, frame, hungUp, refusal, speaker, token } from "./support/Chat.ts"
import * as Time from "./support/Time.ts"

const fox = { prompt: "a red fox", direction: "details" }

/** An enhancement that was asked for now, and its answer once its headers are there. */
const asking = Effect.gen(function* () {
  const answer = yield* Effect.forkChild(enhance(fox))
  yield* asked
  return answer
})

/** An enhancement that the model keeps waiting for more than 5 seconds. */
const opened = Effect.gen(function* () {
  const answer = yield* asking
  yield* Time.pass("5 seconds")
  return yield* Fiber.join(answer)
})

const commentsIn = (text: string) => text.split("\n\n").filter((event) => event === ": still here").length

layer(Time.layer({ TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })(
  "an enhancement without a token so far",
  (it) => {
    it.effect("opens after 5 seconds", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        yield* speaker
        const answer = yield* asking
        yield* Time.pass("4900 millis")
        assert.isUndefined(answer.pollUnsafe())
        yield* Time.pass("100 millis")
        const { headers, leave, status } = yield* Fiber.join(answer)
        assert.strictEqual(status, 200)
        assert.strictEqual(headers.get("content-type"), "text/event-stream")
        yield* leave
      })
    )

    it.effect("fails with a status within these 5 seconds", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { refuse } = yield* refusal(429)
        const answer = yield* asking
        yield* Time.pass("4900 millis")
        yield* refuse
        assert.strictEqual((yield* Fiber.join(answer)).status, 503)
      })
    )

    it.effect("fails with an event and `[DONE]` after them", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { refuse } = yield* refusal(429)
        const { readAll, status } = yield* opened
        yield* refuse
        assert.strictEqual(status, 200)
        const [failure, ...rest] = eventsOf(yield* readAll)
        assert.strictEqual((yield* failureOf(failure)).error.code, 502)
        assert.deepStrictEqual(rest, ["[DONE]"])
      })
    )

    it.effect("brings every token once they come", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { end, say } = yield* speaker
        const { readAll } = yield* opened
        yield* Time.pass("80 seconds")
        yield* say(token("a") + token(" fox") + frame({}, "stop") + "data: [DONE]\n\n")
        yield* end
        const events = eventsOf(yield* readAll)
        assert.deepStrictEqual(yield* tokensOf(events.slice(0, -1)), ["a", " fox"])
        assert.strictEqual(events.at(-1), "[DONE]")
      })
    )

    it.effect("may begin with a role or with nothing, and then think for longer than a silence may be", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { end, say } = yield* speaker
        const { readAll } = yield* opened
        yield* say(frame({ role: "assistant", content: "" }) + token(""))
        yield* Time.pass(0)
        yield* Time.pass("45 seconds")
        yield* say(token("a fox") + frame({}, "stop") + "data: [DONE]\n\n")
        yield* end
        assert.deepStrictEqual(yield* tokensOf(eventsOf(yield* readAll).slice(0, -1)), ["a fox"])
      })
    )

    it.effect("is waited for up to 90 seconds, and then the upstream is left", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        yield* speaker
        const { readAll } = yield* opened
        const reading = yield* Effect.forkChild(readAll)
        yield* Time.pass("84 seconds")
        assert.isUndefined(reading.pollUnsafe())
        yield* Time.pass("1 second")
        const events = eventsOf(yield* Fiber.join(reading))
        assert.lengthOf(events, 2)
        assert.strictEqual((yield* failureOf(events[0])).error.code, 502)
        assert.strictEqual(events[1], "[DONE]")
        yield* hungUp
      })
    )

    it.effect("is not waited for any longer if empty ones come", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { say } = yield* speaker
        const { readAll } = yield* opened
        const reading = yield* Effect.forkChild(readAll)
        for (const seconds of [28, 28, 28]) {
          yield* say(token(""))
          yield* Time.pass(0)
          yield* Time.pass(`${seconds} seconds`)
        }
        yield* say(token(""))
        yield* Time.pass(0)
        assert.isUndefined(reading.pollUnsafe())
        yield* Time.pass("1 second")
        const events = eventsOf(yield* Fiber.join(reading))
        assert.strictEqual((yield* failureOf(events[0])).error.code, 502)
        yield* hungUp
      })
    )
  }
)

layer(Time.layer({ TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })(
  "an enhancement that falls silent",
  (it) => {
    it.effect("is waited for up to 30 seconds, and ends with the text so far, one error, and `[DONE]`", () =>
      Effect.gen(function* () {
        const { play } = yield* Service.freshUpstream
        yield* play(Fault.chatStall())
        const { readAll, readUntil } = yield* enhance(fox)
        yield* readUntil("—")
        const reading = yield* Effect.forkChild(readAll)
        yield* Time.pass("29900 millis")
        assert.isUndefined(reading.pollUnsafe())
        yield* Time.pass("100 millis")
        const events = eventsOf(yield* Fiber.join(reading))
        assert.deepStrictEqual(yield* tokensOf(events.slice(0, -2)), ["a", " red", " fox", " —"])
        assert.strictEqual((yield* failureOf(events.at(-2))).error.code, 502)
        assert.strictEqual(events.at(-1), "[DONE]")
        yield* hungUp
      })
    )

    it.effect("may be silent for 29 seconds after each token", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { end, say } = yield* speaker
        const answer = yield* asking
        yield* say(token("0"))
        const { readAll, readUntil } = yield* Fiber.join(answer)
        for (const next of ["1", "2", "3", "4"]) {
          yield* readUntil(`"${Number(next) - 1}"`)
          yield* Time.pass("29 seconds")
          yield* say(token(next))
        }
        yield* readUntil(`"4"`)
        yield* say("data: [DONE]\n\n")
        yield* end
        assert.deepStrictEqual(yield* tokensOf(eventsOf(yield* readAll).slice(0, -1)), ["0", "1", "2", "3", "4"])
      })
    )

    it.effect("that has said its last word does not keep its reader waiting for the line's end", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { say } = yield* speaker
        const answer = yield* asking
        yield* say(token("a fox") + "data: [DONE]\n\n")
        const { readAll, readUntil } = yield* Fiber.join(answer)
        yield* readUntil("a fox")
        yield* Time.pass("1 second")
        assert.strictEqual(eventsOf(yield* readAll).at(-1), "[DONE]")
      })
    )
  }
)

layer(Time.layer({ TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })(
  "an enhancement is kept alive by a comment every 15 seconds",
  (it) => {
    it.effect("before the first token and between tokens", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { say } = yield* speaker
        const { leave, readUntil } = yield* opened
        yield* Time.pass("9900 millis")
        yield* say(token("1"))
        assert.strictEqual(commentsIn(yield* readUntil(`"1"`)), 0)
        yield* Time.pass("100 millis")
        assert.strictEqual(commentsIn(yield* readUntil(": still here")), 1)
        yield* Time.pass("14900 millis")
        yield* say(token("2"))
        assert.strictEqual(commentsIn(yield* readUntil(`"2"`)), 1)
        yield* Time.pass("100 millis")
        yield* say(token("3"))
        assert.strictEqual(commentsIn(yield* readUntil(`"3"`)), 2)
        yield* leave
      })
    )
  }
)
