import { assert, describe, it } from "@effect/vitest"
import { PromptModel, PromptModelError } from "@scnmnt/core/ports/PromptModel"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Duration, Effect, Exit, Fiber, Queue, Stream } from "effect"
import { TestClock } from "effect/testing"
import { adapters, serve, simulated } from "./support.ts"

const request = { instructions: "You improve prompts.", text: "a red fox", temperature: 0.35 }
const complete = (text = request.text) =>
  Stream.unwrap(PromptModel.use((model) => Effect.succeed(model.complete({ ...request, text }))))

const received = UpstreamSimulator.use(({ requests }) => requests)
const failure = Effect.flip(Stream.runDrain(complete()))

/** The texts so far, one a chunk of the stream, and the fiber that reads them. */
const reading = Effect.gen(function* () {
  const texts = yield* Queue.unbounded<string>()
  const fiber = yield* Stream.runForEachArray(complete(), (chunk) => Queue.offer(texts, chunk.join("|"))).pipe(
    Effect.forkChild({ startImmediately: true })
  )
  return { texts, fiber }
})

const frame = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`

describe("a completion", () => {
  it.live("is asked for with instructions, text, temperature and a seed, and with the key", () =>
    Effect.gen(function* () {
      const text = yield* Stream.mkString(complete())
      assert.match(text, /^a red fox — ./)
      const [sent] = yield* received
      assert.strictEqual(sent?.path, "/v1/chat/completions")
      assert.strictEqual(sent?.headers["authorization"], "Bearer simulator-key")
      assert.strictEqual(sent?.headers["content-length"], String(sent?.body.length))
      assert.notProperty(sent?.headers, "transfer-encoding")
      const { seed, ...fields } = sent?.fields ?? {}
      assert.deepStrictEqual(fields, {
        model: "gpt-5.5",
        stream: true,
        temperature: 0.35,
        messages: [
          { role: "system", content: "You improve prompts." },
          { role: "user", content: "a red fox" }
        ]
      })
      assert.isTrue(typeof seed === "number" && Number.isInteger(seed) && seed >= 0)
    }).pipe(Effect.provide(simulated()))
  )

  it.live("brings something new when it is asked for again", () =>
    Effect.gen(function* () {
      const stream = complete()
      yield* Stream.runDrain(stream)
      yield* Stream.runDrain(stream)
      const seeds = (yield* received).map(({ fields }) => fields["seed"])
      assert.lengthOf(seeds, 2)
      assert.notStrictEqual(seeds[0], seeds[1])
    }).pipe(Effect.provide(simulated()))
  )

  it.live("asks nothing before it is run", () =>
    Effect.gen(function* () {
      const model = yield* PromptModel
      const unread = model.complete(request)
      assert.isTrue(Stream.isStream(unread))
      assert.lengthOf(yield* received, 0)
    }).pipe(Effect.provide(simulated()))
  )

  it.live("comes token by token, as soon as each is there and unmerged", () =>
    Effect.gen(function* () {
      const gates = yield* Queue.unbounded<string>()
      const url = yield* serve((_, response) => {
        const next: Effect.Effect<void> = Effect.flatMap(Queue.take(gates), (part) =>
          part === "end"
            ? Effect.sync(() => response.end("data: [DONE]\n\n"))
            : Effect.andThen(
                Effect.sync(() => response.write(part)),
                next
              )
        )
        response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders()
        Effect.runFork(next)
      })
      yield* Effect.gen(function* () {
        const { fiber, texts } = yield* reading
        yield* Queue.offer(gates, frame("a"))
        assert.strictEqual(yield* Queue.take(texts), "a")
        yield* Queue.offer(gates, frame(" red") + frame(" fox"))
        assert.strictEqual(yield* Queue.take(texts), " red")
        assert.strictEqual(yield* Queue.take(texts), " fox")
        assert.isUndefined(fiber.pollUnsafe())
        yield* Queue.offer(gates, "end")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(adapters(url)))
    })
  )

  it.live("takes its key and its address from its options alone", () =>
    Effect.gen(function* () {
      const before = { ...process.env }
      process.env["OPENAI_ORG_ID"] = "org"
      process.env["OPENAI_PROJECT_ID"] = "project"
      process.env["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1"
      yield* Stream.runDrain(complete()).pipe(
        Effect.andThen(received),
        Effect.map(([sent]) => {
          assert.notProperty(sent?.headers, "openai-organization")
          assert.notProperty(sent?.headers, "openai-project")
        }),
        Effect.provide(simulated()),
        Effect.ensuring(Effect.sync(() => (process.env = before)))
      )
    })
  )
})

describe("a completion ends upstream when its reader leaves", () => {
  it.live("in the middle, with a stalled line", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.chatStall())
      const { fiber, texts } = yield* reading
      yield* Queue.take(texts)
      yield* Fiber.interrupt(fiber)
      const left = yield* simulator.awaitRequest(({ outcome }) => outcome !== "open")
      assert.strictEqual(left.outcome, "hung-up")
    }).pipe(Effect.provide(simulated()))
  )

  it.live("before the first byte", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      const { fiber } = yield* reading
      yield* simulator.awaitRequest(({ call }) => call === "chat")
      yield* Fiber.interrupt(fiber)
      const left = yield* simulator.awaitRequest(({ outcome }) => outcome !== "open")
      assert.strictEqual(left.outcome, "hung-up")
    }).pipe(Effect.provide(simulated({}, { firstTokenAfter: "1 hour" })))
  )

  it.live("because it has enough", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.chatStall())
      assert.lengthOf(yield* Stream.runCollect(Stream.take(complete(), 2)), 2)
      const left = yield* simulator.awaitRequest(({ outcome }) => outcome !== "open")
      assert.strictEqual(left.outcome, "hung-up")
    }).pipe(Effect.provide(simulated()))
  )

  it.live("but not before its end: the line is kept for the next", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* Effect.repeat(Stream.runDrain(complete()), { times: 9 })
      const { connections } = yield* simulator.counters
      assert.isAtMost(connections.ever, 2)
      assert.isTrue((yield* received).every(({ outcome }) => outcome === "answered"))
    }).pipe(Effect.provide(simulated()))
  )
})

describe("a completion that is refused before it begins", () => {
  it.live.each([
    [400, "rejected", undefined],
    [422, "rejected", undefined],
    [429, "busy", undefined],
    [429, "busy", "7"],
    [401, "unavailable", undefined],
    [403, "unavailable", undefined],
    [404, "unavailable", undefined],
    [500, "unavailable", undefined],
    [502, "unavailable", undefined],
    [503, "unavailable", "7"],
    [524, "unavailable", undefined]
  ] as const)("with %i is %s", ([status, because, retryAfter]) =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.refuse(status, { on: "chat", ...(retryAfter === undefined ? {} : { retryAfter }) }))
      const error = yield* failure
      assert.strictEqual(error.because, because)
      assert.strictEqual(
        error.retryAfter && Duration.toSeconds(error.retryAfter),
        because === "busy" && retryAfter !== undefined ? 7 : undefined
      )
      assert.strictEqual((yield* simulator.counters).calls.chat, 1)
    }).pipe(Effect.provide(simulated()))
  )

  it.live("in HTML, by a dropped line or by nobody there is unavailable", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.refuseInHtml(524, { on: "chat" }))
      yield* simulator.play(Fault.dropLine({ on: "chat" }))
      const unavailable = new PromptModelError({ because: "unavailable" })
      assert.deepStrictEqual(yield* failure, unavailable)
      assert.deepStrictEqual(yield* failure, unavailable)
      const nobody = yield* Effect.scoped(serve(() => undefined))
      assert.deepStrictEqual(yield* Effect.provide(failure, adapters(nobody)), unavailable)
      const silent = yield* serve((_, response) => response.writeHead(204).end())
      assert.deepStrictEqual(yield* Effect.provide(failure, adapters(silent)), unavailable)
    }).pipe(Effect.provide(simulated()))
  )
})

describe("a stream as it was seen in the wild", () => {
  it.live.each([
    [": PING", Fault.chatPing()],
    ["data: : PING", Fault.chatPing("data: : PING")],
    ["data: data:", Fault.chatDoubleData()],
    ["CRLF", Fault.chatCrlf()],
    ["split characters", Fault.chatSplitCharacters()],
    ["no [DONE]", Fault.chatNoDone()],
    ["no finish_reason", Fault.chatNoFinishReason()]
  ] as const)("with %s is read", ([, fault]) =>
    Effect.gen(function* () {
      yield* UpstreamSimulator.use(({ play }) => play(fault))
      assert.match(yield* Stream.mkString(complete("一只红狐狸 🦊")), /^一只红狐狸 🦊，\p{Script=Han}[^\uFFFD]*。$/u)
    }).pipe(Effect.provide(simulated()))
  )

  it.live.each([
    ["an error, then [DONE]", Fault.chatError()],
    ["a cut in the middle of a frame", Fault.chatCut()],
    ["neither finish_reason nor [DONE]", Fault.manner({ done: false, finishReason: false })]
  ] as const)("with %s fails after what it brought", ([, fault]) =>
    Effect.gen(function* () {
      yield* UpstreamSimulator.use(({ play }) => play(fault))
      const { fiber, texts } = yield* reading
      const exit = yield* Fiber.await(fiber)
      assert.deepStrictEqual(exit, Exit.fail(new PromptModelError({ because: "unavailable" })))
      assert.isAtLeast(yield* Queue.size(texts), 4)
    }).pipe(Effect.provide(simulated()))
  )
})

describe("the time limits of a completion", () => {
  it.effect("end the wait for the first token", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      const { fiber } = yield* reading
      yield* simulator.awaitRequest(({ call }) => call === "chat")
      yield* TestClock.adjust("89 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.await(fiber), Exit.fail(new PromptModelError({ because: "unavailable" })))
      yield* simulator.awaitRequest(({ outcome }) => outcome === "hung-up")
    }).pipe(Effect.provide(simulated({}, { firstTokenAfter: "1 hour" })))
  )

  it.effect("end a silence between tokens", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.chatStall())
      const { fiber, texts } = yield* reading
      yield* Queue.takeN(texts, 4)
      yield* TestClock.adjust("29 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.await(fiber), Exit.fail(new PromptModelError({ because: "unavailable" })))
      yield* simulator.awaitRequest(({ outcome }) => outcome === "hung-up")
    }).pipe(Effect.provide(simulated()))
  )
})
