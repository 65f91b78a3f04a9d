import { Effect } from "effect"
import * as BareServer from "./BareServer.ts"
import type { Load } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import * as Orders from "./Orders.ts"
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
  yield* Orders.checkIn(service.url)
  const running = yield* Orders.place(service.url, tasks, "an owl #fault:never-ends")
  const completed = yield* Orders.place(service.url, tasks, "an owl")
  // The watcher looks all of them up in one round.
  const [text = ""] = yield* Orders.atEnd(service.url, completed)
  const bare = yield* BareServer.start("bareServer.ts", text)
  const load = yield* LoadGenerator.start
  const ask = (origin: string, ids: ReadonlyArray<string>, state: string) =>
    Effect.all({ one: load(asking(origin, ids, state, 1)), many: load(asking(origin, ids, state, 32)) })
  const taken = yield* alternate({
    bare: ask(bare.url, completed, "completed"),
    running: service.awake(ask(service.url, running, "running")),
    completed: service.awake(ask(service.url, completed, "completed"))
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

/** A load of questions for these tasks, all of which stand like this. */
export const asking = (origin: string, ids: ReadonlyArray<string>, state: string, connections: number): Load => ({
  origin,
  method: "GET",
  headers: {},
  requests: ids.map((id) => ({ path: `/api/images/tasks/${id}` })),
  connections,
  warmUp: 500,
  counted: 1500,
  expected: { status: 200, text: `"status":"${state}"` }
})
