import { Effect } from "effect"
import * as BareServer from "./BareServer.ts"
import type { Load } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import * as Orders from "./Orders.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added, ratio } from "./Table.ts"
import * as Usage from "./Usage.ts"

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
  const ask = ({ pid, url }: Asked, ids: ReadonlyArray<string>, state: string) =>
    Effect.all({
      one: load(asking(url, ids, state, 1)),
      many: Usage.during(pid, load(asking(url, ids, state, 32)))
    })
  const taken = yield* alternate({
    bare: ask(bare, completed, "completed"),
    running: service.awake(ask(service, running, "running")),
    completed: service.awake(ask(service, completed, "completed"))
  })
  const rows = (state: "running" | "completed") => [
    ratio({
      what: `status of a ${state} task, 32 connections`,
      unit: "/s",
      baseline: taken.bare.map(({ many }) => many.value.perSecond),
      service: taken[state].map(({ many }) => many.value.perSecond),
      atLeast: 0.5
    }),
    added({
      what: `status of a ${state} task, CPU time of the process`,
      unit: "µs",
      baseline: taken.bare.map(({ many }) => Usage.cpuPerAnswer(many)),
      service: taken[state].map(({ many }) => Usage.cpuPerAnswer(many))
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

interface Asked {
  readonly url: string
  readonly pid: number | undefined
}

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
