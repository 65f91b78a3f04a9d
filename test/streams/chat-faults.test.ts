import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { request, asJson } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { eventsOf, failureOf, tokensOf } from "../e2e/support/Enhancement.ts"
import * as Service from "../e2e/support/Service.ts"
import { answer, frame, token } from "./support/Chat.ts"

const open = ": stream-open\n\n"
const done = "data: [DONE]\n\n"
const error = `data: {"error": {"message": "stream interrupted", "type": "server_error"}}\n\n`
const stop = frame({}, "stop")

const enhanced = request("/api/prompts/enhance", asJson({ prompt: "a red fox", direction: "details" }))

layer(Service.layer(), { excludeTestServices: true })("an enhancement whose upstream", (it) => {
  it.effect.each([
    ["brings an error first", [open, error, done]],
    ["brings an error alone", [error]],
    ["brings an error in OpenAI's own words", [`event: error\ndata: {"message": "stream interrupted"}\n\n`, done]],
    ["ends before it has begun", [open]],
    ["has an empty body", [""]],
    ["cuts its first frame short", [open, token("a").slice(0, 30)]],
    ["says what is no JSON", [open, "data: <html>502 Bad Gateway</html>\n\n", done]],
    ["goes on and on in one line", [open, `data: ${"x".repeat(20_000_000)}`]]
  ] as const)("%s fails with a status", ([, chunks]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      yield* answer(Stream.fromIterable(chunks))
      yield* assertFailure(yield* enhanced, 502, "UpstreamFailed")
    })
  )

  it.effect.each([
    ["answers in HTML with 200", HttpServerResponse.text("<html>Just a moment</html>", { contentType: "text/html" })],
    ["redirects", HttpServerResponse.redirect("http://127.0.0.1:9/")],
    ["has nothing to say", HttpServerResponse.empty()],
    ["wants its own proxy to log in", HttpServerResponse.empty({ status: 407 })]
  ] as const)("%s fails with a status", ([, response]) =>
    Effect.gen(function* () {
      const { counters, play } = yield* Service.freshUpstream
      yield* play(Fault.reply(response, { on: "chat" }))
      yield* assertFailure(yield* enhanced, 502, "UpstreamFailed")
      assert.strictEqual((yield* counters).calls.chat, 1)
    })
  )

  it.effect.each([
    ["fails midway and says so", [open, token("a"), token(" fox"), error, done]],
    ["fails midway and says so without `[DONE]`", [token("a"), token(" fox"), error]],
    ["fails midway and goes on after it", [token("a"), token(" fox"), error, token(" hole"), stop, done]],
    ["fails midway in OpenAI's own words", [token("a"), token(" fox"), `event: error\ndata: {"message": "no"}\n\n`]],
    ["ends in the middle of a frame", [token("a"), token(" fox"), token(" hole").slice(0, 40)]],
    ["ends without an end", [open, token("a"), token(" fox")]],
    ["says what is no JSON midway", [token("a"), token(" fox"), "data: oops\n\n", stop, done]]
  ] as const)("%s brings the text so far, one error and `[DONE]`", ([, chunks]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      yield* answer(Stream.rechunk(Stream.fromIterable(chunks), 1))
      const { status, text } = yield* enhanced
      assert.strictEqual(status, 200)
      const events = eventsOf(text)
      assert.deepStrictEqual(yield* tokensOf(events.slice(0, 2)), ["a", " fox"])
      assert.strictEqual((yield* failureOf(events[2])).error.code, 502)
      assert.deepStrictEqual(events.slice(3), ["[DONE]"])
    })
  )

  it.effect.each([
    ["introduces itself", [frame({ role: "assistant", content: null }), token("a"), token(" fox"), stop, done]],
    ["has tokens of nothing", [token(""), token("a"), token(""), token(" fox"), stop, done]],
    ["sends its usage last", [token("a"), token(" fox"), stop, `data: {"choices": [], "usage": {}}\n\n`, done]],
    ["stops for its length", [token("a"), token(" fox"), frame({}, "length"), done]],
    ["says its last word and its reason at once", [token("a"), frame({ content: " fox" }, "stop")]],
    ["fails after its end", [token("a"), token(" fox"), stop, done, error]],
    ["ends its last line with the stream", [token("a"), token(" fox"), "data: [DONE]"]],
    ["ends its lines with CR", [`${token("a")}${token(" fox")}${done}`.replaceAll("\n", "\r")]],
    ["starts with a byte order mark", [`\ufeff${token("a")}`, token(" fox"), done]],
    ["pings", [": PING\n\n", token("a"), "data: : PING\n\n", token(" fox"), ": PING\n\n", stop, done]],
    ["repeats `data:`", [`data: ${token("a")}`, `data:data:${token(" fox").slice(5)}`, `data: ${done}`]]
  ] as const)("%s brings the whole text", ([, chunks]) =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      yield* answer(Stream.rechunk(Stream.fromIterable(chunks), 1))
      const events = eventsOf((yield* enhanced).text)
      assert.strictEqual((yield* tokensOf(events.slice(0, -1))).join(""), "a fox")
      assert.strictEqual(events.at(-1), "[DONE]")
    })
  )
})
