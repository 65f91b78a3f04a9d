import { Effect, Record } from "effect"
import * as History from "./History.ts"
import type { Load, Sample } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import { perSecond } from "./lookUps.ts"
import * as Orders from "./Orders.ts"
import { alternate, rounds } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { asking } from "./status.ts"
import { ratio, type Row } from "./Table.ts"

/** Seconds between two look-ups of a young task, by default. */
const interval = 2

/** There are many to measure. */
const briefly = { counted: 1500 }

/** What orders and questions cost once there is much in the books, or much to follow. */
export const growth = Effect.gen(function* () {
  const load = yield* LoadGenerator.start
  const inTheBooks = yield* Effect.scoped(bySpends(load))
  const toFollow = yield* Effect.scoped(byOpenTasks(load))
  return [...inTheBooks, ...toFollow]
}).pipe(Effect.scoped)

type Generator = (load: Load) => Effect.Effect<Sample>

const bySpends = Effect.fnUntraced(function* (load: Generator) {
  const withSpends = Effect.fnUntraced(function* (spends: number) {
    const subject = yield* start
    yield* History.write(subject.service.storePath, spends)
    return subject
  })
  const subjects = {
    "no spends": yield* withSpends(0),
    "10,000 spends": yield* withSpends(10_000),
    "1,000,000 spends": yield* withSpends(1_000_000)
  }
  return yield* compare(load, "no spends", subjects, 0.9)
})

const byOpenTasks = Effect.fnUntraced(function* (load: Generator) {
  const withOpen = Effect.fnUntraced(function* (open: number) {
    const subject = yield* start
    yield* Orders.place(subject.service.url, open, "an owl #fault:never-ends")
    return subject
  })
  const subjects = {
    "10 open tasks": yield* withOpen(10),
    "1,000 open tasks": yield* withOpen(1000),
    "10,000 open tasks": yield* withOpen(10_000)
  }
  const lookUps = yield* Effect.all(
    Record.map(subjects, ({ lookUps }) => perSecond(lookUps)),
    { concurrency: "unbounded" }
  )
  return [
    lookUpsOf(1000, lookUps["1,000 open tasks"]),
    lookUpsOf(10_000, lookUps["10,000 open tasks"]),
    ...(yield* compare(load, "10 open tasks", subjects))
  ]
})

/** A service with an upstream of its own, and tasks that have come to their end. */
const start = Effect.gen(function* () {
  const { lookUps, ...upstream } = yield* Simulator.start({ runsFor: 500 })
  const service = yield* Service.start(upstream)
  yield* Orders.checkIn(service.url)
  const completed = yield* Orders.place(service.url, 100, Orders.prompt)
  yield* Orders.atEnd(service.url, completed)
  return { service, completed, lookUps }
})
type Subject = Effect.Success<typeof start>

const compare = Effect.fnUntraced(function* (
  load: Generator,
  baseline: string,
  subjects: Readonly<Record<string, Subject>>,
  atLeast?: number
) {
  const taken = yield* alternate(
    Record.map(subjects, ({ completed, service }) =>
      service.awake(
        Effect.all({
          generate: load({ ...Orders.load(service.url, 32), ...briefly }),
          status: load({ ...asking(service.url, completed, "completed", 32), ...briefly })
        })
      )
    )
  )
  const rates = (name: string, what: "generate" | "status") => taken[name]?.map((round) => round[what].perSecond) ?? []
  const more = Object.keys(subjects).filter((name) => name !== baseline)
  return more.flatMap((name) =>
    (["generate", "status"] as const).map((what) =>
      ratio({
        what: `${what}, ${name}, against ${baseline}`,
        unit: "/s",
        baseline: rates(baseline, what),
        service: rates(name, what),
        ...(atLeast !== undefined && { atLeast })
      })
    )
  )
})

const lookUpsOf = (open: number, service: ReadonlyArray<number>): Row =>
  ratio({
    what: `look-ups, ${open.toLocaleString("en")} open tasks, against ÷ 100 per interval`,
    unit: "/s",
    baseline: Array.from({ length: rounds }, () => open / 100 / interval),
    service,
    atMost: 1.1
  })
