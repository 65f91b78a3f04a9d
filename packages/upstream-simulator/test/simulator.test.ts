import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Fault from "../src/Fault.ts"
import { promptFaults } from "../src/PromptFaults.ts"
import { UpstreamSimulator } from "../src/UpstreamSimulator.ts"
import { call, chat, lookUp, play, submit } from "./client.ts"

const simulated = UpstreamSimulator.layer()

describe("play", () => {
  it.effect("touches only what it is meant for", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.refuse(429), { when: { clientTaskId: "b" } })
      yield* simulator.play(Fault.refuse(503), { when: { prompt: /FOX/i, path: "/api/image-tasks/generations" } })
      yield* simulator.play(Fault.refuse(400), { when: { path: "/api/image-tasks/edits" } })
      const statuses = yield* Effect.forEach(
        [submit("a", { prompt: "an owl" }), submit("b", { prompt: "an owl" }), submit("c"), submit("c")],
        (answer) => Effect.map(answer, ({ status }) => status)
      )
      assert.deepStrictEqual(statuses, [200, 429, 503, 200])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("keeps a task's course for the next task that starts", () =>
    Effect.gen(function* () {
      yield* submit("t0")
      yield* play(Fault.fails(), Fault.pathOnlyUrl())
      yield* Effect.forEach(["t0", "t1", "t2", "t3"], (id) => submit(id))
      yield* TestClock.adjust("1 minute")
      const { url } = yield* UpstreamSimulator
      assert.deepStrictEqual(
        (yield* lookUp("t0", "t1", "t2", "t3")).items.map(({ data }) => data),
        [[{ url: `${url}/images/t0.png` }], [], [{ url: "/images/t2.png" }], [{ url: `${url}/images/t3.png` }]]
      )
    }).pipe(Effect.provide(simulated))
  )

  it.effect("may be asked for by a prompt, several kinds at once", () =>
    Effect.gen(function* () {
      const prompt = "a red fox #fault:accept-500 #fault:path-url #fault:gone-image #fault:no-such-thing"
      assert.strictEqual((yield* submit("t1", { prompt })).status, 500)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual((yield* lookUp("t1")).items[0]?.data, [{ url: "/images/t1.png" }])
      assert.strictEqual((yield* call("/images/t1.png")).status, 404)
      assert.strictEqual((yield* chat(prompt)).status, 200)
    }).pipe(Effect.provide(simulated))
  )

  it("has names for prompts that a prompt can say", () => {
    for (const name of Object.keys(promptFaults)) assert.match(name, /^[a-z0-9-]+$/)
  })
})

describe("the simulator", () => {
  it.live("closes at once, whoever is still listening", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(simulated, scope)
      const listening = Effect.gen(function* () {
        yield* play(Fault.chatStall())
        const fiber = yield* Effect.forkChild(chat("a red fox"))
        const { awaitRequest } = yield* UpstreamSimulator
        yield* awaitRequest(({ call }) => call === "chat")
        return fiber
      })
      const fiber = yield* Effect.provide(listening, context)
      const started = performance.now()
      yield* Scope.close(scope, Exit.void)
      assert.isBelow(performance.now() - started, 1000)
      yield* Fiber.await(fiber)
    })
  )
})
