import { assert, describe, it } from "@effect/vitest"
import { Day } from "@scnmnt/core/Account"
import * as Ledger from "@scnmnt/core/Ledger"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { type QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { DateTime, Duration, Effect, Metric, type Result, Stream } from "effect"
import { logged } from "./logged.ts"
import { account, taskId } from "./support.ts"

/** A store on books whose transactions fail while it is told so; what only reads works. */
const full = () => {
  const books = MemoryQuotaStore.booksOf(MemoryQuotaStore.empty())
  const disk = { isFull: true }
  const store = Ledger.make(
    {
      transact: <A, E>(work: (books: Ledger.Books) => Result.Result<A, E>) =>
        Effect.suspend((): Effect.Effect<A, E | QuotaUnavailable> =>
          disk.isFull ? Effect.fail(new QuotaUnavailable({ cause: "the test's own" })) : Effect.fromResult(work(books))
        ),
      read: (look) => Effect.sync(() => look(books)),
      holdings: Stream.empty
    },
    { name: "me", term: Duration.seconds(30) }
  )
  return { store, disk }
}

const spend = (store: QuotaStore["Service"]) =>
  store.spend({ taskId: taskId(1), account, requestHash: "hash", mode: "text", size: "1:1" })

/** What was counted so far, by operation: none that was not. */
const counted = Effect.map(Metric.snapshot, (snapshots) =>
  Object.fromEntries(
    snapshots.flatMap((snapshot) =>
      snapshot.type === "Counter" && snapshot.id === "scnmnt_quota_store_failures_total" && Number(snapshot.state.count)
        ? [[snapshot.attributes?.["operation"], Number(snapshot.state.count)]]
        : []
    )
  )
)

describe("a store that fails", () => {
  it.effect("says so once for each operation, and again when it works", () =>
    Effect.gen(function* () {
      const { disk, store } = full()
      const broken = yield* logged(
        Effect.gen(function* () {
          yield* Effect.repeat(Effect.exit(spend(store)), { times: 4 })
          yield* store.status(account)
          yield* Effect.exit(store.fold(DateTime.makeUnsafe(0), 1))
        })
      )
      assert.deepStrictEqual(
        broken.map(({ annotations, level, message }) => [level, message, annotations]),
        [
          ["Warn", "the quota store fails", { operation: "spend" }],
          ["Warn", "the quota store fails", { operation: "fold" }]
        ]
      )
      disk.isFull = false
      // That there is no credit it says having looked.
      const mended = yield* logged(Effect.repeat(Effect.exit(spend(store)), { times: 4 }))
      assert.deepStrictEqual(mended, [
        { level: "Info", message: "the quota store works again", annotations: { operation: "spend", failures: 5 } }
      ])
    })
  )

  it.effect("is counted by what was asked of it", () =>
    Effect.gen(function* () {
      const { store } = full()
      const day = { day: Day.make("2026-11-23"), grant: 10, cap: 100 }
      const opening = { taskId: taskId(1), opening: 1 }
      yield* Effect.repeat(Effect.exit(spend(store)), { times: 2 })
      yield* Effect.exit(store.checkIn(account, day))
      yield* Effect.exit(store.settle(opening))
      yield* Effect.exit(store.refund(opening, "failed"))
      yield* Effect.exit(store.due(1))
      yield* Effect.exit(store.renew([taskId(1)]))
      yield* Effect.all([store.status(account), store.find(taskId(1)), store.backlog])
      assert.deepStrictEqual(yield* counted, {
        spend: 3,
        "check-in": 1,
        settle: 1,
        refund: 1,
        due: 1,
        renew: 1
      })
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()), (effect) => Effect.asVoid(logged(effect)))
  )
})
