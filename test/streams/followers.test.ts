import { assert, layer, vi } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import { request } from "../e2e/support/Client.ts"
import * as Service from "../e2e/support/Service.ts"
import { events, inShort, puppet } from "./support/Following.ts"
import * as Time from "./support/Time.ts"

// A thousand connections that are read one after the other take their time beside other tests.
vi.setConfig({ testTimeout: 90_000 })

const lookUps = UpstreamSimulator.use(({ counters }) => Effect.map(counters, ({ calls }) => calls["look-up"]))

/** How many look-ups it takes. Rounds come up to a fifth of the interval early or late. */
const costOf = Effect.fnUntraced(function* (pass: Effect.Effect<void, never, Time.Time>) {
  const before = yield* lookUps
  yield* pass
  return (yield* lookUps) - before
})

/**
 * Gives who reads one more interval, and no more: on a busy machine an answer of the upstream may come after the time it
 * fell into, and the next look-up is due an interval after that.
 */
const withinAnInterval = <A, E, R>(reading: Effect.Effect<A, E, R>) =>
  Effect.raceFirst(
    reading,
    Effect.andThen(Effect.replicateEffect(Time.pass("1 second"), 3, { discard: true }), Effect.never)
  )

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
      const steps = ["getting_account", "image_stream_resolve_start", "receiving_image"]
      for (const step of steps) {
        yield* runs(step)
        assert.isAtMost(yield* costOf(Effect.andThen(Time.pass("2 seconds"), Time.pass("1 second"))), 2)
        yield* withinAnInterval(Effect.forEach(followers, ({ readUntil }) => readUntil(step), { discard: true }))
      }
      assert.isAtMost(yield* costOf(Effect.replicateEffect(Time.pass("2 seconds"), 10, { discard: true })), 13)
      yield* succeeds
      yield* Time.pass("3 seconds")
      for (const all of yield* withinAnInterval(Effect.forEach(followers, ({ readAll }) => readAll))) {
        const text = yield* inShort(all)
        assert.deepStrictEqual(text, ["queued", ...steps.map((step) => `running ${step}`), "completed"])
      }
      for (const { json } of yield* Fiber.join(waiting)) assert.deepInclude(json["data"], { status: "completed" })
    })
  )
})
