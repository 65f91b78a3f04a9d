import { Effect } from "effect"
import * as Accounts from "./Accounts.ts"
import { open, order, textOf } from "./Client.ts"
import * as Listening from "./Listening.ts"
import type { Load } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added, ratio } from "./Table.ts"

const tasks = 100

/**
 * What it takes to say how a task stands: one that runs, which the watcher has in mind, and one that has its picture.
 * A bare server says the same text every time.
 */
export const status = Effect.gen(function* () {
  const upstream = yield* Simulator.start()
  const service = yield* Service.start(upstream)
  yield* Accounts.checkIn(service.url)
  const running = yield* ordered(service.url, "an owl #fault:never-ends")
  const completed = yield* ordered(service.url, "an owl")
  // The watcher looks all of them up in one round.
  const text = yield* atEnd(service.url, completed)
  const bare = yield* Listening.start("bareServer.ts", text)
  const load = yield* LoadGenerator.start
  const ask = (origin: string, ids: ReadonlyArray<string>, state: string) =>
    Effect.all({ one: load(asking(origin, ids, state, 1)), many: load(asking(origin, ids, state, 32)) })
  const taken = yield* alternate({
    bare: ask(bare, completed, "completed"),
    running: ask(service.url, running, "running"),
    completed: ask(service.url, completed, "completed")
  })
  const rows = (state: "running" | "completed") => [
    ratio({
      what: `status of a ${state} task, 32 connections`,
      unit: "/s",
      baseline: taken.bare.map(({ many }) => many.perSecond),
      service: taken[state].map(({ many }) => many.perSecond),
      atLeast: 0.5
    }),
    added({
      what: `status of a ${state} task, 1 connection, p50`,
      unit: "ms",
      baseline: taken.bare.map(({ one }) => one.p50),
      service: taken[state].map(({ one }) => one.p50)
    })
  ]
  return [...rows("running"), ...rows("completed")]
}).pipe(Effect.scoped)

const ordered = (url: string, prompt: string) =>
  Effect.forEach(Accounts.accounts.slice(0, tasks), (account) => order(url, prompt, account), { concurrency: 8 })

/** Waits for the end of these, and tells what is said of one then. */
const atEnd = Effect.fnUntraced(function* (url: string, ids: ReadonlyArray<string>) {
  const answers = yield* Effect.forEach(
    ids,
    (id) => Effect.flatMap(open(`${url}/api/images/tasks/${id}?wait=55`), textOf),
    { concurrency: "unbounded" }
  )
  return answers[0] ?? ""
})

const asking = (origin: string, ids: ReadonlyArray<string>, state: string, connections: number): Load => ({
  origin,
  method: "GET",
  headers: {},
  requests: ids.map((id) => ({ path: `/api/images/tasks/${id}` })),
  connections,
  warmUp: 500,
  counted: 1500,
  expected: { status: 200, text: `"status":"${state}"` }
})
