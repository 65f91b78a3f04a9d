import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fault from "../src/Fault.ts"
import { UpstreamSimulator } from "../src/UpstreamSimulator.ts"
import { chat, json, post, spoken } from "./client.ts"

const simulated = UpstreamSimulator.layer()

const played = (fault: Fault.Fault, prompt = "a red fox") =>
  Effect.gen(function* () {
    const { play } = yield* UpstreamSimulator
    yield* play(fault)
    return yield* chat(prompt)
  })

describe("a chat stream", () => {
  it.live("opens, speaks token by token, gives its reason and is done", () =>
    Effect.gen(function* () {
      const answer = yield* chat("a red fox")
      const frames = answer.text.split("\n\n")
      assert.deepStrictEqual([answer.status, answer.whole], [200, true])
      assert.match(answer.headers["content-type"] ?? "", /^text\/event-stream/)
      assert.strictEqual(frames[0], ": stream-open")
      assert.match(frames.at(-3) ?? "", /"finish_reason":"stop"/)
      assert.deepStrictEqual(frames.slice(-2), ["data: [DONE]", ""])
      assert.isAbove(answer.chunks.length, 10)
      assert.match(yield* spoken(answer), /^a red fox — .{40,}\.$/)
    }).pipe(Effect.provide(simulated))
  )

  it.live("answers an identical body identically, and another seed in other words", () =>
    Effect.gen(function* () {
      const answers = yield* Effect.forEach([1, 1, 2], (seed) => Effect.flatMap(chat("a red fox", { seed }), spoken))
      assert.strictEqual(answers[0], answers[1])
      assert.notStrictEqual(answers[0], answers[2])
    }).pipe(Effect.provide(simulated))
  )

  it.live("keeps the language and the subject", () =>
    Effect.gen(function* () {
      assert.match(yield* spoken(yield* chat("雪地里的红狐。")), /^雪地里的红狐，\p{Script=Han}[\p{Script=Han}，]+。$/u)
    }).pipe(Effect.provide(simulated))
  )

  it.live("sends headers with the first token, however long that takes", () =>
    Effect.gen(function* () {
      const started = performance.now()
      yield* chat("a red fox")
      assert.isAtLeast(performance.now() - started, 100)
    }).pipe(Effect.provide(UpstreamSimulator.layer({ firstTokenAfter: "100 millis" })))
  )

  it.live("ends when its reader leaves, even while it is silent", () =>
    Effect.gen(function* () {
      const { awaitRequest, play } = yield* UpstreamSimulator
      yield* play(Fault.chatStall())
      const answer = yield* chat("a red fox", { leaveAt: "fox" })
      assert.isFalse(answer.whole)
      const request = yield* awaitRequest(({ outcome }) => outcome === "hung-up")
      assert.strictEqual(request.call, "chat")
    }).pipe(Effect.provide(simulated))
  )
})

describe("a chat stream's faults", () => {
  it.live("an error before the first byte is plain JSON", () =>
    Effect.gen(function* () {
      const answer = yield* played(Fault.refuse(429, { on: "chat", retryAfter: "7" }))
      assert.strictEqual(answer.status, 429)
      assert.strictEqual(answer.headers["retry-after"], "7")
      assert.deepStrictEqual(yield* json(answer), {
        error: {
          message: "no available image quota",
          type: "rate_limit_error",
          code: "rate_limit_exceeded",
          param: null
        }
      })
    }).pipe(Effect.provide(simulated))
  )

  it.live("an error midway is followed by [DONE], and by no reason", () =>
    Effect.gen(function* () {
      const answer = yield* played(Fault.chatError())
      assert.match(
        answer.text,
        /\n\ndata: \{"error":\{"message":"[^"]+","type":"server_error"\}\}\n\ndata: \[DONE\]\n\n$/
      )
      assert.notInclude(answer.text, `"finish_reason":"stop"`)
      assert.isTrue(answer.whole)
    }).pipe(Effect.provide(simulated))
  )

  it.live("a cut ends the line in the middle of a frame", () =>
    Effect.gen(function* () {
      const answer = yield* played(Fault.chatCut())
      assert.isFalse(answer.whole)
      assert.match(answer.text, /"content":"a"[\s\S]*\n\ndata: \{"id":"chatcmpl[^\n]+$/)
      const { awaitRequest } = yield* UpstreamSimulator
      assert.strictEqual((yield* awaitRequest(({ outcome }) => outcome !== "open")).outcome, "dropped")
    }).pipe(Effect.provide(simulated))
  )

  it.live("split characters come in two pieces", () =>
    Effect.gen(function* () {
      const broken = (chunk: Buffer) => chunk.toString().includes("\ufffd")
      const answer = yield* played(Fault.chatSplitCharacters(), "雪地里的红狐")
      assert.isAbove(answer.chunks.filter(broken).length, 10)
      assert.include(yield* spoken(answer), "雪地里的红狐")
      assert.isFalse((yield* chat("雪地里的红狐")).chunks.some(broken))
    }).pipe(Effect.provide(simulated))
  )

  it.live.each<readonly [name: string, fault: Fault.Fault, present: RegExp, absent: RegExp]>([
    ["doubled data:", Fault.chatDoubleData(), /^data: data: \{"id"/m, /^data: \{/m],
    [": PING", Fault.chatPing(), /\n\n: PING\n\ndata: \{"id"/, /data: : PING/],
    ["data: : PING", Fault.chatPing("data: : PING"), /\n\ndata: : PING\n\ndata: \{"id"/, /^: PING/m],
    ["CRLF", Fault.chatCrlf(), /^: stream-open\r\n\r\ndata: [\s\S]*data: \[DONE\]\r\n\r\n$/, /[^\r]\n/],
    ["no [DONE]", Fault.chatNoDone(), /"finish_reason":"stop"\}\]\}\n\n$/, /DONE/],
    ["no finish_reason", Fault.chatNoFinishReason(), /data: \[DONE\]\n\n$/, /"finish_reason":"stop"/]
  ])("%s", ([, fault, present, absent]) =>
    Effect.gen(function* () {
      const answer = yield* played(fault)
      assert.isTrue(answer.whole)
      assert.match(answer.text, present)
      assert.notMatch(answer.text, absent)
    }).pipe(Effect.provide(simulated))
  )

  it.live("are asked for by a prompt, too, and leave no trace in the text", () =>
    Effect.gen(function* () {
      const answer = yield* chat("a red fox #fault:chat-no-done in snow")
      assert.notInclude(answer.text, "DONE")
      assert.match(yield* spoken(answer), /^a red fox in snow — /)
    }).pipe(Effect.provide(simulated))
  )

  it.live("a body that asks for no stream is refused", () =>
    Effect.gen(function* () {
      const answer = yield* post("/v1/chat/completions", { model: "gpt-5.5", messages: [] })
      assert.strictEqual(answer.status, 400)
    }).pipe(Effect.provide(simulated))
  )
})
