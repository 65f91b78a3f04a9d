import { assert, describe, it } from "@effect/vitest"
import { ImageUpstream } from "@scnmnt/core/ports/ImageUpstream"
import { PromptModel } from "@scnmnt/core/ports/PromptModel"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Layer, Logger, References, Stream } from "effect"
import { generation, reference, simulated, taskId } from "./support.ts"

const id = taskId(1)
const said = "pool-07@example.com"

/** All that was logged while this ran, by level. */
const logged = Effect.fnUntraced(function* (
  effect: Effect.Effect<unknown, unknown, ImageUpstream | PromptModel | UpstreamSimulator>
) {
  const lines: Array<readonly [level: string, text: string]> = []
  const logger = Logger.make((entry) => {
    lines.push([entry.logLevel, Logger.formatJson.log(entry)])
  })
  yield* Effect.exit(effect).pipe(
    Effect.provide(
      simulated({}, { queuedFor: 0, runsFor: 0 }).pipe(
        Layer.provideMerge(Logger.layer([logger])),
        Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "All"))
      )
    )
  )
  return {
    debug: lines.filter(([level]) => level === "Debug").map(([, text]) => text),
    above: lines.filter(([level]) => level !== "Debug" && level !== "Trace").map(([, text]) => text)
  }
})

const submit = ImageUpstream.use((upstream) => upstream.submit(id, generation))
const lookUp = ImageUpstream.use((upstream) => upstream.lookUp(id))
const complete = Stream.runDrain(
  Stream.unwrap(
    PromptModel.use((model) => Effect.succeed(model.complete({ instructions: "i", text: "a red fox", temperature: 1 })))
  )
)
const play = (fault: Fault.Fault, options?: { readonly times: number }) =>
  UpstreamSimulator.use((simulator) => simulator.play(fault, options))

describe("the log", () => {
  it.live.each([
    ["a refused submission", Effect.andThen(play(Fault.refuse(400, { message: said })), submit)],
    ["a failed task", Effect.andThen(play(Fault.failsAtOnce(said)), submit)],
    ["a refused completion", Effect.andThen(play(Fault.refuse(400, { on: "chat", message: said })), complete)]
  ] as const)("tells of %s at Debug alone, and in none of the upstream's words", ([, effect]) =>
    Effect.gen(function* () {
      const { above, debug } = yield* logged(effect)
      assert.isAbove(debug.length, 0)
      for (const text of debug) assert.notInclude(text, said)
      assert.deepStrictEqual(above, [])
    })
  )

  it.live.each<
    [string, string, Fault.Fault, Effect.Effect<unknown, unknown, ImageUpstream | PromptModel | UpstreamSimulator>]
  >([
    ["submissions", "submit", Fault.refuse(503, { message: said }), submit],
    ["look-ups", "look-up", Fault.refuse(502, { on: "look-up", message: said }), lookUp],
    ["completions", "enhance", Fault.refuse(429, { on: "chat", message: said }), complete]
  ])(
    "warns once of an upstream that does not serve %s, in none of its words, and tells when it does",
    ([, operation, fault, effect]) =>
      Effect.gen(function* () {
        const { above, debug } = yield* logged(
          Effect.gen(function* () {
            yield* play(fault, { times: 3 })
            yield* Effect.repeat(Effect.exit(effect), { times: 2 })
            yield* Effect.repeat(effect, { times: 2 })
          })
        )
        assert.lengthOf(debug, 3)
        assert.deepStrictEqual(
          above.map((text) => Object(JSON.parse(text))).map(({ level, message }) => [level, message]),
          [
            ["WARN", "The upstream does not serve"],
            ["INFO", "The upstream serves again"]
          ]
        )
        for (const text of above) assert.include(text, `"operation":"${operation}"`)
        for (const text of [...above, ...debug]) assert.notInclude(text, said)
      })
  )

  it.live("has the code of an error, which is a word of a program", () =>
    Effect.gen(function* () {
      const { debug } = yield* logged(Effect.andThen(play(Fault.refuse(400, { on: "chat", message: said })), complete))
      assert.isTrue(debug.some((text) => text.includes("invalid_request_error")))
    })
  )

  it.live.each([
    ["a dropped line", Effect.andThen(play(Fault.dropLine()), submit)],
    [
      "a dropped upload",
      Effect.andThen(
        play(Fault.dropLine()),
        ImageUpstream.use((upstream) =>
          upstream.submit(id, { ...generation, references: [reference("a.png", new Uint8Array(3))] })
        )
      )
    ],
    ["a dropped completion", Effect.andThen(play(Fault.dropLine({ on: "chat" })), complete)],
    ["a completion that breaks off", Effect.andThen(play(Fault.chatError()), complete)]
  ] as const)("of %s has neither key nor prompt", ([, effect]) =>
    Effect.gen(function* () {
      const { above, debug } = yield* logged(effect)
      assert.lengthOf(debug, 1)
      assert.lengthOf(above, 1)
      assert.include(above[0], '"level":"WARN"')
      for (const text of [...above, ...debug]) {
        assert.notInclude(text, "simulator-key")
        assert.notInclude(text, "a red fox")
        assert.notInclude(text, "stream interrupted")
      }
    })
  )

  it.live("warns of a status that nobody knows, once", () =>
    Effect.gen(function* () {
      const { above } = yield* logged(
        Effect.andThen(
          play(Fault.unknownStatus("moderating")),
          Effect.andThen(submit, Effect.repeat(lookUp, { times: 3 }))
        )
      )
      assert.lengthOf(above, 1)
      assert.include(above[0], "moderating")
    })
  )

  it.live("warns of a key that is not taken", () =>
    Effect.gen(function* () {
      const { above } = yield* logged(Effect.andThen(play(Fault.refuse(401, { message: said })), submit))
      assert.lengthOf(above, 1)
      assert.include(above[0], "401")
      assert.notInclude(above[0], said)
    })
  )
})
