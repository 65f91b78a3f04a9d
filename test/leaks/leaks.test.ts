import { assert, layer, vi } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Context, Effect, Layer, Schedule } from "effect"
import { generate, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { events } from "../streams/support/Following.ts"
import * as MeasuredServer from "../measured/MeasuredServer.ts"
import { visit, visitors } from "./Visitors.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

/** Of every kind; `ABORTED=2000` is the whole measure. */
const aborted = Number(process.env["ABORTED"] ?? 200)

class Measured extends Context.Service<Measured, Effect.Success<ReturnType<typeof MeasuredServer.start>>>()(
  "test/leaks/Measured"
) {}

// Nothing goes on by itself in these hours, so that what there is more than before is what was left behind.
const variables = { TASK_POLL_INTERVAL: "1 hour", MAX_MULTIPART_MEMORY_BYTES: "50000" }

const server = Layer.effectContext(
  Effect.map(MeasuredServer.start(variables), (server) =>
    Context.make(Measured, server).pipe(Context.add(Service.Service, { url: server.url, storePath: "memory:" }))
  )
).pipe(Layer.provideMerge(UpstreamSimulator.layer({ imageSide: 32 })))

const counts = Measured.use(({ report }) => Effect.map(report, ({ counts }) => counts))

/** How things stand once they have come to rest. */
const atRest = Effect.gen(function* () {
  let before = yield* counts
  return yield* counts.pipe(
    Effect.delay("1 second"),
    Effect.repeat({
      until: (now) => {
        const isSame = JSON.stringify(now) === JSON.stringify(before)
        before = now
        return isSame
      }
    })
  )
})

/** What there is more than there was, or nothing: closed lines and ended fibers may take their time, but no more. */
const moreThan = (before: Readonly<Record<string, number>>) =>
  Effect.map(counts, (now) =>
    Object.entries(now).flatMap(([kind, count]) => (count > (before[kind] ?? 0) ? [`${kind}: ${count}`] : []))
  ).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("100 millis").pipe(Schedule.upTo({ duration: "20 seconds" })),
      until: (more) => more.length === 0
    })
  )

layer(server, { excludeTestServices: true })("whoever asks and goes away", (it) => {
  it.effect("leaves no fiber, no socket, no temporary file and no timer behind", () =>
    Effect.gen(function* () {
      const { url } = yield* Measured
      const { counters, play } = yield* UpstreamSimulator
      const fingerprint = yield* newAccount
      const task = (prompt: string, fault: Fault.Fault) =>
        Effect.andThen(play(fault), Effect.flatMap(generate({ fingerprint, prompt }), taskIdOf))
      const endless = yield* task("an owl", Fault.neverEnds())
      const large = yield* task("a map #fault:huge-image", Fault.fate({ queuedFor: 0, runsFor: 0 }))
      const before = yield* atRest
      for (const [kind, visitor] of Object.entries(visitors({ endless, fingerprint, large }))) {
        yield* Effect.forEach(
          Array.from({ length: aborted }, (_, index) => index),
          (index) => visit(url, visitor, index),
          { concurrency: 20, discard: true }
        )
        assert.deepStrictEqual(yield* moreThan(before), [], kind)
      }
      // They did come: these asked the upstream for something. On a busy machine one who resets his line at once takes a
      // request back with it that was not read yet; who waits to see something has been heard.
      const { chat, image, submit } = (yield* counters).calls
      assert.strictEqual(image, aborted)
      assert.isAtLeast(chat, 1.5 * aborted)
      assert.isAtLeast(submit, 0.5 * aborted)
    })
  )
})

layer(server, { excludeTestServices: true })("a follower of a task", (it) => {
  it.effect("has no timer of his own", () =>
    Effect.gen(function* () {
      const { play } = yield* UpstreamSimulator
      yield* play(Fault.neverEnds())
      const id = yield* taskIdOf(yield* generate({ fingerprint: yield* newAccount }))
      const before = yield* counts
      const followers = yield* Effect.replicateEffect(events(id), 200, { concurrency: 20 })
      for (const { readUntil } of followers) yield* readUntil("queued")
      const now = yield* counts
      assert.isAtLeast(now["TCPSocketWrap"] ?? 0, 200)
      assert.isAtMost((now["Timeout"] ?? 0) - (before["Timeout"] ?? 0), 5)
      for (const { leave } of followers) yield* leave
    })
  )
})
