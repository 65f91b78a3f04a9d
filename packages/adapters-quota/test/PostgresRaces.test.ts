import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import { Context, Effect, Fiber, Layer, Redacted, Schedule } from "effect"
import { Reactivity } from "effect/reactivity"
import { account, fund, request } from "./spending.ts"
import { onServer, optionsFor, run } from "./TemporaryDatabase.ts"

const emptyDatabase = onServer()

/** How calls go that have all begun, and seen the same account, before any of them gets to change it. */
const race = Effect.fnUntraced(function* <A>(
  credits: number,
  calls: (store: QuotaStore["Service"]) => ReadonlyArray<Effect.Effect<A>>
) {
  const url = yield* emptyDatabase
  const store = Context.get(yield* Layer.build(PostgresQuotaStore.layer(optionsFor(url))), QuotaStore)
  yield* fund(store, credits)
  const sql = yield* Effect.provide(PgClient.makeClient({ url: Redacted.make(url) }), Reactivity.layer)
  const begun = Effect.gen(function* () {
    yield* sql`SELECT FROM accounts FOR UPDATE`
    const fibers = yield* Effect.forEach(calls(store), (call) => Effect.forkScoped(call))
    yield* Effect.repeat(run(url, waiting), {
      until: ({ length }) => length === fibers.length,
      schedule: Schedule.spaced("20 millis")
    })
    return fibers
  })
  const answers = yield* Effect.forEach(yield* sql.withTransaction(begun), Fiber.join)
  const { balance } = yield* store.status(account)
  return { answers: answers.toSorted(), balance }
})

const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

const spend = (store: QuotaStore["Service"], number: number, maxOpen?: number) =>
  Effect.match(store.spend(request(number), maxOpen), {
    onSuccess: ({ opened }) => (opened ? "opened" : "there"),
    onFailure: ({ _tag }) => _tag
  })

describe("PostgreSQL's statements, begun at the same time", () => {
  it.live("that want the last credit: one has it, the others are told that there is none", () =>
    Effect.map(
      race(1, (store) => [1, 2, 3].map((number) => spend(store, number))),
      (raced) =>
        assert.deepStrictEqual(raced, {
          answers: ["InsufficientCredits", "InsufficientCredits", "opened"],
          balance: 0
        })
    )
  )

  it.live("that want the last room: one has it, the others are told that there is none, and keep their credit", () =>
    Effect.map(
      race(3, (store) => [1, 2, 3].map((number) => spend(store, number, 1))),
      (raced) => assert.deepStrictEqual(raced, { answers: ["TooManyTasks", "TooManyTasks", "opened"], balance: 2 })
    )
  )

  it.live("that are the same order: one opens it, the others find it", () =>
    Effect.map(
      race(2, (store) => [1, 1, 1].map((number) => spend(store, number))),
      (raced) => assert.deepStrictEqual(raced, { answers: ["opened", "there", "there"], balance: 1 })
    )
  )
})
