import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { enhance as scripted, tokens } from "@scnmnt/upstream-simulator/ChatScript"
import { enhance, eventsOf, tokensOf } from "../e2e/support/Enhancement.ts"
import * as Service from "../e2e/support/Service.ts"
import { answer, asked, frame, speaker, token } from "./support/Chat.ts"

/** 64 of them, told apart by their numbers. */
const words = Array.from({ length: 64 }, (_, index) => ` ${index}.`)

const fox = { prompt: "a red fox", direction: "details" }

layer(Service.layer({}, { tokenEvery: "20 millis" }), { excludeTestServices: true })(
  "as many tokens, as many frames:",
  (it) => {
    it.effect("64, each there before the upstream says the next", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { end, say } = yield* speaker
        const answer = yield* Effect.forkChild(enhance(fox))
        yield* asked
        const [first = "", ...others] = words
        yield* say(token(first))
        const { readAll, readUntil } = yield* Fiber.join(answer)
        let read = yield* readUntil(first)
        for (const word of others) {
          yield* say(token(word))
          read = yield* readUntil(word)
        }
        assert.deepStrictEqual(yield* tokensOf(eventsOf(read)), words)
        yield* say(frame({}, "stop"))
        yield* say("data: [DONE]\n\n")
        yield* end
        assert.deepStrictEqual(eventsOf(yield* readAll).slice(64), ["[DONE]"])
      })
    )

    it.effect("64, though the upstream says them in one breath", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        yield* answer(Stream.make(words.map((word) => token(word)).join("") + "data: [DONE]\n\n"))
        const { readAll } = yield* enhance(fox)
        assert.deepStrictEqual(yield* tokensOf(eventsOf(yield* readAll).slice(0, -1)), words)
      })
    )

    it.effect("2000, though the upstream says them as fast as it can", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const many = Array.from({ length: 2000 }, (_, index) => ` word-${index}`)
        yield* answer(Stream.fromIterable([...many.map((word) => token(word)), "data: [DONE]\n\n"]))
        const { readAll } = yield* enhance(fox)
        assert.deepStrictEqual(yield* tokensOf(eventsOf(yield* readAll).slice(0, -1)), many)
      })
    )

    it.effect("64, though each of them arrives in pieces of three bytes", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const pieces = words.flatMap((word) => token(word).match(/.{1,3}/gsu) ?? [])
        yield* answer(Stream.rechunk(Stream.fromIterable([...pieces, "data: [DONE]\n\n"]), 1))
        const { readAll } = yield* enhance(fox)
        assert.deepStrictEqual(yield* tokensOf(eventsOf(yield* readAll).slice(0, -1)), words)
      })
    )

    it.effect("64 and more, one every 20 milliseconds", () =>
      Effect.gen(function* () {
        const { requests } = yield* Service.freshUpstream
        const prompt = words.join("").trim()
        const { readAll } = yield* enhance({ prompt, direction: "details" })
        const events = eventsOf(yield* readAll).slice(0, -1)
        const [chat] = yield* requests
        assert.isDefined(chat)
        const messages = [{ role: "user", content: prompt }]
        const expected = tokens(scripted({ model: "gpt-5.5", messages, temperature: 0.35 }, chat.body))
        assert.isAtLeast(expected.length, 64)
        assert.deepStrictEqual(yield* tokensOf(events), expected)
      })
    )
  }
)
