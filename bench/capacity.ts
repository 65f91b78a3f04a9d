import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Console, Effect } from "effect"
import * as PostgresServer from "../packages/adapters-quota/test/PostgresServer.ts"
import { databaseOn } from "../packages/adapters-quota/test/TemporaryDatabase.ts"
import { temporaryFile } from "../packages/adapters-quota/test/TemporaryFile.ts"
import { install } from "../test/install.ts"
import * as MeasuredServer from "../test/measured/MeasuredServer.ts"
import { checkIn, open, order, textOf } from "./Client.ts"
import * as Consumption from "./Consumption.ts"

const tasks = 400
const callers = 20
const seconds = 20

/** What a task takes of the store and of the upstream, by the counters of both, through the whole service. */
export const capacity = Effect.gen(function* () {
  yield* Effect.sync(() => install("tools"))
  yield* Console.log(`${tasks} tasks, ordered by ${callers} callers, that take ${seconds} s; a client waits for each`)
  yield* onSqlite
  yield* onPostgres
}).pipe(Effect.scoped, Effect.provide(UpstreamSimulator.layer({ runsFor: `${seconds} seconds`, imageSide: 16 })))

const onSqlite = Effect.gen(function* () {
  const path = yield* temporaryFile
  const server = yield* MeasuredServer.start({ QUOTA_STORE_URL: `sqlite:${path}` })
  yield* checkIn(server.url)
  const consumed = yield* Consumption.ofSqlite(path)
  const before = yield* consumed
  yield* report("SQLite", "task", tasks, yield* load(server.url))
  yield* report("SQLite", "task", tasks, Consumption.between(before, yield* consumed))
}).pipe(Effect.scoped)

const onPostgres = Effect.gen(function* () {
  const url = databaseOn((yield* PostgresServer.durable).url, "postgres")
  const node = MeasuredServer.start({ QUOTA_STORE_URL: url })
  yield* Effect.scoped(Effect.flatMap(node, (server) => checkIn(server.url)))
  const first = yield* Consumption.ofPostgres(url)
  yield* Effect.scoped(Effect.andThen(node, Effect.sleep(`${seconds} seconds`)))
  const idle = yield* Consumption.ofPostgres(url)
  const seen = yield* Effect.scoped(Effect.flatMap(node, (server) => load(server.url)))
  const last = yield* Consumption.ofPostgres(url)
  yield* report("PostgreSQL", "task", tasks, seen)
  yield* report("PostgreSQL", "task", tasks, Consumption.between(idle, last))
  yield* report("PostgreSQL", "second of an idle node", seconds, Consumption.between(first, idle))
}).pipe(Effect.scoped)

/** Orders all the tasks, waits for their ends, and tells what that took besides the store. */
const load = Effect.fnUntraced(function* (url: string) {
  const { counters } = yield* UpstreamSimulator
  const before = (yield* counters).calls
  const start = performance.now()
  const ids = yield* Effect.forEach(
    Array.from({ length: tasks }).keys(),
    (number) => order(url, `owl number ${number}`),
    { concurrency: callers }
  )
  yield* Console.log(`${Math.round((tasks * 1000) / (performance.now() - start))} orders per second were taken`)
  yield* Effect.forEach(ids, (id) => ended(url, id), { concurrency: "unbounded", discard: true })
  const { calls } = yield* counters
  return { submits: calls.submit - before.submit, "look-ups": calls["look-up"] - before["look-up"] }
})

const ended = Effect.fnUntraced(function* (url: string, id: string) {
  const answer = yield* open(`${url}/api/images/tasks/${id}?wait=55`)
  const body = yield* textOf(answer)
  if (!body.includes('"status":"completed"')) return yield* Effect.die(new Error(`not completed: ${body}`))
})

const report = (store: string, unit: string, count: number, figures: Readonly<Record<string, number>>) =>
  Effect.forEach(
    Object.entries(figures),
    ([name, total]) =>
      Console.log(`${store.padEnd(11)}${name.padEnd(13)}${(total / count).toFixed(2).padStart(9)} per ${unit}`),
    { discard: true }
  )
