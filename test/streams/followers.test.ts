import { assert, layer, vi } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Array, Effect, Fiber } from "effect"
import { eventually, request } from "../e2e/support/Client.ts"
import * as Service from "../e2e/support/Service.ts"
import { events, inShort, puppet } from "./support/Following.ts"
import * as Time from "./support/Time.ts"

// A thousand connections that are read one after the other take their time beside other tests.
vi.setConfig({ testTimeout: 90_000 })

const lookUps = UpstreamSimulator.use(({ counters }) => Effect.map(counters, ({ calls }) => calls["look-up"]))

/**
 * Lets a round be due, or a second one at most, and waits until it has asked. Who then reads what it was told keeps the
 * service's time from running ahead of an answer that is still on its way.
 */
const round = Effect.gen(function* () {
  const before = yield* lookUps
  yield* Time.pass("3 seconds")
  yield* eventually(lookUps, (now) => now > before)
})

layer(Time.layer({ TASK_POLL_INTERVAL: "2 seconds" }), { excludeTestServices: true })("a thousand followers", (it) => {
  it.effect("of one task cost one look-up an interval, and each is told every change", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const { id, runs, succeeds } = yield* puppet
      const followers = yield* Effect.replicateEffect(events(id), 900, { concurrency: 50 })
      for (const { readUntil } of followers) yield* readUntil("queued")
      const waiting = yield* Effect.forkChild(
        Effect.replicateEffect(request(`/api/images/tasks/${id}?wait=55`), 100, { concurrency: "unbounded" })
      )
      yield* Time.pass(0)
      const before = yield* lookUps
      const steps = Array.makeBy(12, (step) => `step_${step}`)
      for (const step of steps) {
        yield* runs(step)
        yield* round
        for (const { readUntil } of followers) yield* readUntil(step)
      }
      // Rounds come up to a fifth of the interval early.
      assert.isAtMost((yield* lookUps) - before, (steps.length * 3) / 1.6)
      yield* succeeds
      yield* round
      for (const { readAll } of followers) {
        const text = yield* inShort(yield* readAll)
        assert.deepStrictEqual(text, ["queued", ...steps.map((step) => `running ${step}`), "completed"])
      }
      for (const { json } of yield* Fiber.join(waiting)) assert.deepInclude(json["data"], { status: "completed" })
    })
  )
})
