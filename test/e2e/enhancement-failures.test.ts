import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Effect } from "effect"
import { post } from "./support/Client.ts"
import { enhance, eventsOf, failureOf, tokensOf } from "./support/Enhancement.ts"
import * as Service from "./support/Service.ts"

const fox = { prompt: "a red fox", direction: "creative" }

const early = (status: number) => Fault.refuse(status, { on: "chat" })

layer(Service.layer(), { excludeTestServices: true })("an enhancement that fails", (it) => {
  it.effect.each([
    ["the upstream refuses with 400", early(400), 422, "RequestRejected"],
    ["the upstream refuses with 422", early(422), 422, "RequestRejected"],
    ["the upstream refuses with 401", early(401), 502, "UpstreamFailed"],
    ["the upstream refuses with 403", early(403), 502, "UpstreamFailed"],
    ["the upstream refuses with 429", early(429), 503, "UpstreamUnavailable"],
    ["the upstream fails with 502", early(502), 502, "UpstreamFailed"],
    ["a CDN answers 524 in HTML", Fault.refuseInHtml(524, { on: "chat" }), 502, "UpstreamFailed"],
    ["the line drops", Fault.dropLine({ on: "chat" }), 502, "UpstreamFailed"],
    ["the answer is no stream", Fault.brokenJson({ on: "chat" }), 502, "UpstreamFailed"]
  ] as const)("before the first token, since %s, is an answer %#", ([, fault, status, error]) =>
    Effect.gen(function* () {
      const { counters, play } = yield* Service.freshUpstream
      yield* play(fault)
      const answer = yield* post("/api/prompts/enhance", fox)
      assert.strictEqual(answer.status, status)
      assert.deepInclude(answer.json, { code: status, error })
      assert.strictEqual((yield* counters).calls.chat, 1)
    })
  )

  it.effect("since the upstream is busy says for how long", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      yield* play(Fault.refuse(429, { on: "chat", retryAfter: "17" }))
      const answer = yield* post("/api/prompts/enhance", fox)
      assert.strictEqual(answer.headers.get("retry-after"), "17")
      assert.deepInclude(answer.json, { code: 503, retryAfter: 17 })
    })
  )

  it.effect.each([
    ["the upstream reports an error", Fault.chatError()],
    ["the line is cut in the middle of a frame", Fault.chatCut()],
    ["it ends with neither `finish_reason` nor `[DONE]`", Fault.manner({ finishReason: false, done: false })]
  ] as const)("midway, since %s, is the text so far, one error, and `[DONE]`", ([, fault]) =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      yield* play(fault)
      const { readAll, status } = yield* enhance(fox, { "accept-language": "zh-CN" })
      assert.strictEqual(status, 200)
      const events = eventsOf(yield* readAll)
      assert.strictEqual(events.at(-1), "[DONE]")
      const { error } = yield* failureOf(events.at(-2))
      assert.strictEqual(error.code, 502)
      assert.match(error.message, /图像服务/)
      assert.deepStrictEqual((yield* tokensOf(events.slice(0, -2))).slice(0, 4), ["a", " red", " fox", " —"])
      assert.notInclude(events.join(), "stream interrupted")
    })
  )

  it.effect.each([
    ["`data:` twice", Fault.chatDoubleData()],
    ["pings", Fault.chatPing()],
    ["pings as data", Fault.chatPing("data: : PING")],
    ["CRLF line ends", Fault.chatCrlf()],
    ["chunks cut within a character", Fault.chatSplitCharacters()],
    ["no `[DONE]`", Fault.chatNoDone()],
    ["no `finish_reason`", Fault.chatNoFinishReason()]
  ] as const)("not at all with %s", ([, fault]) =>
    Effect.gen(function* () {
      const { play, requests } = yield* Service.freshUpstream
      yield* play(fault)
      const { readAll } = yield* enhance({ prompt: "雪中的狐狸", direction: "details" })
      const events = eventsOf(yield* readAll)
      assert.strictEqual(events.at(-1), "[DONE]")
      const text = (yield* tokensOf(events.slice(0, -1))).join("")
      assert.match(text, /^雪中的狐狸，.*。$/u)
      assert.notInclude(text, "\ufffd")
      assert.lengthOf(yield* requests, 1)
    })
  )
})
