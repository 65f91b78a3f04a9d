import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { Worker } from "node:worker_threads"
import type { SpendRequest } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"
import { Console, Effect, Fiber, Record } from "effect"
import { temporaryFile } from "../packages/adapters-quota/test/TemporaryFile.ts"
import * as SlowDisk from "./SlowDisk.ts"

type Spend = (request: SpendRequest) => Effect.Effect<unknown, unknown>

const rounds = 7
const millis = 1000
const disks = { "as it is": 0, "5 ms more": 5 }

/**
 * SQLite's blocking write in the event loop and in a thread of its own: what it lets through, how long a spend takes, and
 * how late the event loop comes to everything else. The thread has it easy: its messages hold the least that would do.
 */
export const writer = Effect.gen(function* () {
  yield* Console.log(`median of ${rounds} rounds of ${millis / 1000} s, in turns; times in ms`)
  yield* Console.log(row(["disk", "load", "write in", "spends/s", "spend p50", "p99", "loop late p50", "p99"]))
  for (const [disk, delay] of Object.entries(disks)) {
    const ways = { "event loop": yield* inLoop(delay), thread: yield* inThread(delay) }
    for (const [load, run] of Object.entries(loads)) {
      // The first round warms everything up, and does not count.
      const [, ...taken] = yield* Effect.replicateEffect(
        Effect.all(Record.map(ways, (spend) => measured(spend, run))),
        rounds + 1
      )
      for (const way of Record.keys(ways)) {
        yield* Console.log(row([disk, load, way, ...medians(taken.map((round) => round[way]))]))
      }
    }
  }
}).pipe(Effect.scoped)

const inLoop = Effect.fnUntraced(function* (delay: number) {
  const store = yield* SlowDisk.open(yield* temporaryFile, delay)
  return (request: SpendRequest) => store.spend(request)
})

const inThread = Effect.fnUntraced(function* (delay: number) {
  const path = yield* temporaryFile
  const thread = yield* Effect.acquireRelease(
    Effect.sync(() => new Worker(new URL("WriterThread.ts", import.meta.url), { workerData: { path, millis: delay } })),
    (thread) => Effect.promise(() => thread.terminate())
  )
  yield* Effect.promise(() => once(thread, "message"))
  const waiting = new Map<number, (balance: number) => void>()
  thread.on("message", ({ id, balance }: { readonly id: number; readonly balance: number }) => {
    waiting.get(id)?.(balance)
    waiting.delete(id)
  })
  let id = 0
  return (request: SpendRequest) =>
    Effect.callback<number>((resume) => {
      waiting.set(++id, (balance) => resume(Effect.succeed(balance)))
      thread.postMessage({ id, request }, [])
    })
})

/** Spends until the time is over; each is noted by how long it took. */
const loads: Record<string, (spend: Effect.Effect<void, unknown>, end: number) => Effect.Effect<void, unknown>> = {
  "200 a second": Effect.fnUntraced(function* (spend, end) {
    const spends: Array<Fiber.Fiber<void, unknown>> = []
    while (performance.now() < end) {
      spends.push(yield* Effect.forkChild(spend))
      yield* Effect.sleep("5 millis")
    }
    yield* Fiber.joinAll(spends)
  }),
  "1 caller": (spend, end) => callers(1, spend, end),
  "64 callers": (spend, end) => callers(64, spend, end)
}

const callers = (count: number, spend: Effect.Effect<void, unknown>, end: number) =>
  Effect.replicateEffect(
    Effect.whileLoop({ while: () => performance.now() < end, body: () => spend, step: () => {} }),
    count,
    { concurrency: "unbounded", discard: true }
  )

const measured = Effect.fnUntraced(function* (spend: Spend, load: (typeof loads)[string]) {
  const times: Array<number> = []
  const timed = Effect.suspend(() => {
    const start = performance.now()
    return Effect.map(spend(request()), () => {
      times.push(performance.now() - start)
    })
  })
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const start = performance.now()
  loop.enable()
  yield* load(timed, start + millis)
  loop.disable()
  const sorted = times.toSorted((a, b) => a - b)
  return [
    (times.length / (performance.now() - start)) * 1000,
    ...[0.5, 0.99].map((part) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN),
    ...[50, 99].map((part) => loop.percentile(part) / 1e6)
  ]
})

const request = (): SpendRequest => ({
  taskId: TaskId.make(randomUUID()),
  account: SlowDisk.account,
  requestHash: "0".repeat(64),
  mode: "text",
  size: "1:1"
})

const medians = (rounds: ReadonlyArray<ReadonlyArray<number>>) =>
  (rounds[0] ?? []).map((_, column) => {
    const values = rounds.map((round) => round[column] ?? Number.NaN).toSorted((a, b) => a - b)
    const median = values[Math.floor(values.length / 2)] ?? Number.NaN
    return median < 100 ? median.toFixed(2) : Math.round(median).toLocaleString("en")
  })

const row = (cells: ReadonlyArray<string>) =>
  cells.map((cell, column) => (column < 3 ? cell.padEnd(14) : cell.padStart(14))).join("")
