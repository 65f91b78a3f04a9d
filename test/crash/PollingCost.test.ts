import { assert, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Duration, Effect, Schedule } from "effect"
import { temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import { variables } from "../e2e/support/Process.ts"
import * as Books from "./Books.ts"
import * as Client from "./Client.ts"
import * as ServerProcess from "./ServerProcess.ts"

const tasks = 100
const account = "account-of-all"
/** Of the watcher, and of each client. */
const interval = 1000
const span = 4000

/** The most that the tasks alone cost in that time: 100 ids make two requests, and jitter makes an interval 0.8 of one. */
const most = 2 * (Math.floor(span / (0.8 * interval)) + 1)

it.live(
  `clients that poll ${tasks} running tasks cost the upstream nothing`,
  () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      const environment = { ...(yield* variables(path)), TASK_POLL_INTERVAL: `${interval} millis` }
      yield* Books.fund(path, [account], tasks)
      const url = yield* Effect.flatMap(ServerProcess.serve(environment), ({ listening }) => listening)
      const ids = yield* Effect.forEach(
        Array.from({ length: tasks }, (_, index) => ({ account, prompt: `A fox, number ${index}.` })),
        (order) => Effect.map(Client.order(url, order), ({ task }) => task.id),
        { concurrency: 16 }
      )

      const measured = yield* Effect.forEach([100, 300, 1000], (clients) => poll(url, ids, clients))
      process.stdout.write(`${JSON.stringify({ most, measured })}\n`)
      for (const { clients, lookUps, polls } of measured) {
        assert.isAtMost(lookUps, most, `${clients} clients cost what the tasks cost by themselves`)
        if (clients >= 300) assert.isAtMost(lookUps, polls / 50, `${clients} clients: one look-up for 50 polls`)
      }
    }).pipe(Effect.provide(UpstreamSimulator.layer({ queuedFor: 0, runsFor: Duration.infinity, keepRequests: 1 }))),
  { timeout: 60_000 }
)

/** So many clients, each with a task that it asks for at every interval. */
const poll = Effect.fnUntraced(function* (url: string, ids: ReadonlyArray<string>, clients: number) {
  const { counters } = yield* UpstreamSimulator
  const before = (yield* counters).calls["look-up"]
  let polls = 0
  const client = (index: number) =>
    Client.taskOf(url, ids[index % ids.length] ?? "").pipe(
      Effect.tap(({ status }) =>
        Effect.sync(() => {
          assert.strictEqual(status, "running")
          polls += 1
        })
      ),
      Effect.repeat(Schedule.fixed(interval)),
      Effect.delay((index / clients) * interval)
    )
  yield* Effect.forEach(
    Array.from({ length: clients }, (_, index) => index),
    client,
    { concurrency: "unbounded", discard: true }
  ).pipe(Effect.timeoutOption(span))
  return { clients, polls, lookUps: (yield* counters).calls["look-up"] - before }
})
