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
      let seconds = 0
      const second = Effect.tap(Time.pass("1 second"), () => Effect.sync(() => (seconds += 1)))
      // No further than to the next look-up: who reads what it brought keeps time from running ahead of its answer.
      const round = Effect.flatMap(lookUps, (asked) =>
        eventually(Effect.andThen(second, lookUps), (now) => now > asked)
      )
      const steps = Array.makeBy(10, (step) => `step_${step}`)
      for (const step of steps) {
        yield* runs(step)
        yield* round
        for (const { readUntil } of followers) yield* readUntil(step)
      }
      // The first comes at any time of an interval, and each of the others up to a fifth of one early.
      assert.isAtMost((yield* lookUps) - before, 1 + seconds / 1.6)
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
