import { assert, describe, it } from "@effect/vitest"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import type { Options } from "../src/postgres/Database.ts"
import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import { Context, DateTime, Duration, Effect, Fiber, Layer, References, Schedule } from "effect"
import { logged } from "../../core/test/logged.ts"
import * as Proxy from "./Proxy.ts"
import { account, fund, request } from "./spending.ts"
import { onServer, optionsFor, run } from "./TemporaryDatabase.ts"

const emptyDatabase = onServer()
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** What ends every other line to this database, and none of another's on the same server. */
const everyOtherLine =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

/** A store with a thousand credits in it, whose lines a test can break. */
const breakable = Effect.fnUntraced(function* (changes: Partial<Options> = {}) {
  const direct = yield* emptyDatabase
  const { proxy, url } = yield* Proxy.before(direct)
  const store = Context.get(yield* Layer.build(PostgresQuotaStore.layer(optionsFor(url, changes))), QuotaStore)
  yield* fund(store, 1000)
  return { store, proxy, direct }
})

/** What the books say at last: they balance, and this much is open, settled and left. */
const assertBooks = Effect.fnUntraced(function* (
  store: QuotaStore["Service"],
  expected: { readonly open: number; readonly settled: number; readonly balance: number }
) {
  const { balance, open, settled, unbalanced } = yield* store.audit(DateTime.makeUnsafe(0))
  assert.deepStrictEqual({ open, settled, balance, unbalanced }, { ...expected, unbalanced: [] })
})

/** Asks again until there is an answer, as a client with a key does. */
const insist = <A, E extends { readonly _tag: string }>(call: Effect.Effect<A, E>) =>
  Effect.retry(call, { while: ({ _tag }) => _tag === "QuotaUnavailable", schedule: Schedule.spaced("20 millis") })

describe("a PostgreSQL store whose database is out of reach", () => {
  it.live("tells so within its time when nothing answers, and is there again when it does", () =>
    Effect.gen(function* () {
      const { proxy, store } = yield* breakable({
        timeout: Duration.millis(300),
        connectTimeout: Duration.millis(100),
        connections: 2
      })
      yield* store.spend(request(1))
      proxy.freeze()
      // More callers than lines, those that are open and those that would be.
      const calls = upTo(10).map((number) => store.spend(request(number)))
      const lines = yield* logged(
        Effect.gen(function* () {
          const exits = yield* Effect.all(calls.map(Effect.flip), { concurrency: "unbounded" })
          assert.deepStrictEqual([...new Set(exits.map(({ _tag }) => _tag))], ["QuotaUnavailable"])
        })
      )
      assert.deepStrictEqual(lines, [
        { level: "Warn", message: "the quota store fails", annotations: { operation: "spend" } }
      ])
      proxy.thaw()
      assert.strictEqual((yield* insist(store.spend(request(1)))).opened, false)
      yield* assertBooks(store, { open: 1, settled: 0, balance: 999 })
    })
  )

  it.live("keeps nobody who only asks for longer than they want to wait", () =>
    Effect.gen(function* () {
      const { proxy, store } = yield* breakable({ timeout: Duration.minutes(1) })
      proxy.freeze()
      const error = yield* store.status(account).pipe(Effect.timeout("100 millis"), Effect.flip)
      assert.strictEqual(error._tag, "TimeoutError")
      proxy.thaw()
    })
  )

  it.live("does not do twice what was done when the line broke before the answer", () =>
    Effect.gen(function* () {
      const { proxy, store } = yield* breakable({ connections: 1 })
      proxy.withholdAnswerTo("INSERT INTO spends")
      const { opened, spend } = yield* store.spend(request(1))
      assert.isFalse(opened, "the second try found what the first had done")
      proxy.withholdAnswerTo("UPDATE spends SET state")
      assert.strictEqual((yield* store.refund(spend, "failed")).state._tag, "Refunded")
      yield* store.spend(request(2))
      yield* assertBooks(store, { open: 1, settled: 0, balance: 999 })
    })
  )

  it.live(
    "loses and doubles nothing while lines break all the time",
    () =>
      Effect.gen(function* () {
        const { direct, proxy, store } = yield* breakable()
        const breaking = yield* Effect.forkScoped(
          Effect.sync(() => proxy.cut()).pipe(
            Effect.andThen(run(direct, everyOtherLine)),
            Effect.ignore,
            Effect.repeat(Schedule.spaced("100 millis"))
          )
        )
        yield* Effect.forEach(
          upTo(300),
          Effect.fnUntraced(function* (number) {
            const { spend } = yield* insist(store.spend(request(number)))
            if (number % 3 === 1) yield* insist(store.settle(spend))
            if (number % 3 === 2) yield* insist(store.refund(spend, "failed"))
          }),
          { concurrency: 16 }
        )
        yield* Fiber.interrupt(breaking)
        yield* insist(store.status(account))
        yield* assertBooks(store, { open: 100, settled: 100, balance: 800 })
      }).pipe(Effect.provideService(References.MinimumLogLevel, "None")),
    { timeout: 60_000 }
  )
})

describe("a PostgreSQL store whose callers leave", () => {
  it.live("does what they asked for all the same, and has its lines for others", () =>
    Effect.gen(function* () {
      const { store } = yield* breakable({ connections: 1 })
      const callers = yield* Effect.forEach(upTo(20), (number) =>
        Effect.forkChild(store.spend(request(number)), { startImmediately: true })
      )
      yield* Effect.forEach(callers, Fiber.interrupt)
      const standing = yield* Effect.forEach(upTo(20), (number) => store.spend(request(number)))
      assert.deepStrictEqual([...new Set(standing.map(({ opened }) => opened))], [false])
      yield* assertBooks(store, { open: 20, settled: 0, balance: 980 })
    })
  )
})
