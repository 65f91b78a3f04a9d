import { assert, describe, it } from "@effect/vitest"
import * as ChatFrames from "../src/ChatFrames.ts"
import { Effect, Ref, Stream } from "effect"

const delta = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
const finish = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`
const done = "data: [DONE]\n\n"

const utf8 = new TextEncoder()

/** What a reader gets who reads as far as it goes, and whether it came to a good end. */
const read = Effect.fnUntraced(function* (
  chunks: Iterable<Uint8Array>,
  then: Stream.Stream<never, "cut"> = Stream.empty
) {
  const texts = yield* Ref.make<ReadonlyArray<string>>([])
  const bytes = Stream.concat(Stream.rechunk(Stream.fromIterable(chunks), 1), then)
  const end = yield* ChatFrames.text(ChatFrames.read(bytes)).pipe(
    Stream.runForEach((text) => Ref.update(texts, (all) => [...all, text])),
    Effect.match({ onSuccess: () => "complete", onFailure: (error) => (error === "cut" ? "cut" : "broken") })
  )
  return [yield* Ref.get(texts), end] as const
})

const cases: ReadonlyArray<readonly [name: string, wire: string, texts: ReadonlyArray<string>, end: string]> = [
  ["the upstream's own", `: stream-open\n\n${delta("a ")}${delta("fox")}${finish}${done}`, ["a ", "fox"], "complete"],
  ["no [DONE]", delta("a") + finish, ["a"], "complete"],
  ["no finish_reason", delta("a") + done, ["a"], "complete"],
  ["neither", delta("a"), ["a"], "broken"],
  ["nothing at all", "", [], "broken"],
  ["an error, then [DONE]", `${delta("a")}data: {"error":{"message":"m","type":"t"}}\n\n${done}`, ["a"], "broken"],
  ["an error after the finish_reason", `${delta("a")}${finish}data: {"error":"m"}\n\n${done}`, ["a"], "broken"],
  ["an error event", `${delta("a")}event: error\ndata: {"message":"m"}\n\n${done}`, ["a"], "broken"],
  ["an error that is null", `data: {"error":null,"choices":[{"delta":{"content":"a"}}]}\n\n${done}`, ["a"], "complete"],
  ["a frame cut in the middle", `${delta("a")}data: {"choices":[{"del`, ["a"], "broken"],
  ["a frame that nobody can read", `${delta("a")}data: <html>\n\n${done}`, ["a"], "broken"],
  ["comments", `: PING\n\n${delta("a")}: PING\n\n${finish}`, ["a"], "complete"],
  ["comments as data", `data: : PING\n\n${delta("a")}data: : PING\n\n${finish}`, ["a"], "complete"],
  ["data: twice", `data: ${delta("a")}data: ${delta("b")}data: ${finish}data: ${done}`, ["a", "b"], "complete"],
  ["CRLF", `${delta("a")}${finish}${done}`.replaceAll("\n", "\r\n"), ["a"], "complete"],
  ["CR", `${delta("a")}${finish}${done}`.replaceAll("\n", "\r"), ["a"], "complete"],
  ["no space after data:", `${delta("a")}${finish}`.replaceAll("data: ", "data:"), ["a"], "complete"],
  ["a byte order mark", `\uFEFF${delta("a")}${finish}`, ["a"], "complete"],
  ["a retry field", `retry: 3000\n\n${delta("a")}${finish}`, ["a"], "complete"],
  ["no empty line at the end", `${delta("a")}data: [DONE]`, ["a"], "complete"],
  [
    "empty and null deltas",
    `${delta("")}data: {"choices":[{"delta":{"role":"assistant","content":null}}]}\n\n${delta("a")}${finish}`,
    ["a"],
    "complete"
  ],
  [
    "a usage chunk without choices",
    `${delta("a")}${finish}data: {"choices":[],"usage":{"total_tokens":3}}\n\n${done}`,
    ["a"],
    "complete"
  ],
  ["text after [DONE]", `${delta("a")}${done}${delta("b")}`, ["a"], "complete"],
  ["line breaks and several bytes", delta("狐\n") + delta("🦊") + finish, ["狐\n", "🦊"], "complete"]
]

describe("a chat stream with", () => {
  it.effect.each(cases)("%s", ([, wire, texts, end]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read([utf8.encode(wire)]), [texts, end])
    })
  )

  it.effect.each(cases)("%s, byte by byte", ([, wire, texts, end]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read(Array.from(utf8.encode(wire), (byte) => Uint8Array.of(byte))), [texts, end])
    })
  )

  it.effect("a line that is cut is broken before the finish_reason, and complete after it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read([utf8.encode(delta("a"))], Stream.fail("cut")), [["a"], "cut"])
      assert.deepStrictEqual(yield* read([utf8.encode(delta("a") + finish)], Stream.fail("cut")), [["a"], "complete"])
    })
  )
})
