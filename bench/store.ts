import { randomUUID } from "node:crypto"
import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { TaskId } from "@scnmnt/core/TaskId"
import { Console, Effect, Record } from "effect"
import * as PostgresServer from "../packages/adapters-quota/test/PostgresServer.ts"
import { setup as installEngines } from "../test/engines/install.ts"
import * as Stores from "./Stores.ts"

const rounds = 5
const callers = [1, 8, 64]
const millis = 1000

/**
 * Spends per second, each durable before the next one of its caller. The stores take turns, so that whatever else the
 * machine does falls on all of them.
 */
export const store = Effect.gen(function* () {
  yield* Effect.sync(installEngines)
  const server = yield* PostgresServer.durable
  const stores = Stores.make(server.url)
  const round = Effect.forEach(callers, (count) =>
    Effect.all(
      Record.map(stores, (layer, name) =>
        spendsPerSecond(count, name === Stores.oneAccount).pipe(Effect.provide(layer), Effect.scoped)
      )
    )
  )
  // The first round warms everything up, and does not count.
  const [, ...taken] = yield* Effect.replicateEffect(round, rounds + 1)
  yield* Console.log(
    `spends per second, median of ${rounds} rounds of ${millis / 1000} s (lowest–highest), by callers at the same time`
  )
  yield* Console.log(row("", callers.map(String)))
  for (const name of Record.keys(stores)) {
    const cells = callers.map((_, column) => spread(taken.map((round) => round[column]?.[name] ?? Number.NaN)))
    yield* Console.log(row(name, cells))
  }
}).pipe(Effect.scoped)

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

const spread = (values: ReadonlyArray<number>) => {
  const [low, middle, high] = [0, 0.5, 1]
    .map((part) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN)
    .map((value) => Math.round(value).toLocaleString("en"))
  return `${middle} (${low}–${high})`
}

const row = (name: string, cells: ReadonlyArray<string>) =>
  name.padEnd(25) + cells.map((cell) => cell.padStart(26)).join("")
