import { randomUUID } from "node:crypto"
import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { TaskId } from "@scnmnt/core/TaskId"
import { Effect, Record } from "effect"
import * as PostgresServer from "../packages/adapters-quota/test/PostgresServer.ts"
import { install } from "../test/install.ts"
import { alternate } from "./Rounds.ts"
import * as Stores from "./Stores.ts"
import { ratio } from "./Table.ts"

const callers = [1, 8, 64]
const millis = 1000

/**
 * Spends per second, each durable before the next one of its caller, by callers at the same time; against SQLite with a
 * commit each.
 */
export const store = Effect.gen(function* () {
  yield* Effect.sync(() => install("tools"))
  const server = yield* PostgresServer.durable
  return (yield* Effect.forEach(callers, (count) => rows(count, Stores.make(server.url)))).flat()
}).pipe(Effect.scoped)

const rows = Effect.fnUntraced(function* (count: number, stores: ReturnType<typeof Stores.make>) {
  const taken = yield* alternate(
    Record.map(stores, (layer, name) =>
      spendsPerSecond(count, name === Stores.oneAccount).pipe(Effect.provide(layer), Effect.scoped)
    )
  )
  const { [Stores.single]: baseline, ...others } = taken
  return Record.toEntries(others).map(([name, service]) =>
    ratio({
      what: `spends, ${name}, ${count} ${count === 1 ? "caller" : "callers"}, against ${Stores.single}`,
      unit: "/s",
      baseline,
      service,
      ...(name === Stores.grouped && count === 64 && { atLeast: 5 })
    })
  )
})

const spendsPerSecond = Effect.fnUntraced(function* (callers: number, share: boolean) {
  const accounts = yield* Effect.forEach(
    Array.from({ length: callers }).keys(),
    (index) => checkedIn(share ? 0 : index),
    {
      concurrency: "unbounded"
    }
  )
  const start = performance.now()
  const counts = yield* Effect.forEach(accounts, (account) => spendUntil(account, start + millis), {
    concurrency: "unbounded"
  })
  const seconds = (performance.now() - start) / 1000
  return counts.reduce((sum, count) => sum + count, 0) / seconds
})

/** An account that does not run out of credits. */
const checkedIn = Effect.fnUntraced(function* (index: number) {
  const { checkIn } = yield* QuotaStore
  const account = Fingerprint.make(`account-${index}`)
  yield* checkIn(account, { day: Day.make("2026-01-01"), grant: 100_000_000, cap: 100_000_000 })
  return account
})

/** How many it were. */
const spendUntil = Effect.fnUntraced(function* (account: Fingerprint, end: number) {
  const { spend } = yield* QuotaStore
  let count = 0
  while (performance.now() < end) {
    const taskId = TaskId.make(randomUUID())
    yield* spend({ taskId, account, requestHash: "0".repeat(64), mode: "text", size: "1:1" })
    count += 1
    // A store in memory would leave no other caller a turn.
    if (count % 64 === 0) yield* Effect.yieldNow
  }
  return count
})
