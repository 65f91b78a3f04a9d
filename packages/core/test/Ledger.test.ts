import { assert, describe, it } from "@effect/vitest"
import { Day, empty } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import * as Ledger from "@scnmnt/core/Ledger"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { SpendState, type Spend, type SpendRequest } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"
import { DateTime, Duration, Effect, Exit, Option, Stream } from "effect"

const account = Fingerprint.make("account-1")
const task = (number: number) => TaskId.make(`00000000-0000-4000-8000-00000000000${number}`)
/** The first opening of that task's spend. */
const first = (number: number) => ({ taskId: task(number), opening: 1 })
const request = (number: number, requestHash = "hash"): SpendRequest => ({
  taskId: task(number),
  account,
  requestHash,
  mode: "text",
  size: "1:1"
})
const time = DateTime.makeUnsafe(-1)
const spend = (number: number, state: SpendState): Spend => ({
  ...request(number),
  state,
  opening: 1,
  lease: { holder: "me", until: time },
  createdAt: time,
  updatedAt: time
})

/** Books with one spend of each state, that write down what is done to them, one line per transaction. */
const ledgerOn = (balance: number) => {
  const transactions: Array<ReadonlyArray<string>> = []
  const spends = new Map(
    [
      spend(1, SpendState.cases.Open.make({})),
      spend(2, SpendState.cases.Settled.make({})),
      spend(3, SpendState.cases.Refunded.make({ reason: "failed" })),
      spend(4, SpendState.cases.Refunded.make({ reason: "unavailable" }))
    ].map((one) => [one.taskId, one])
  )
  const booksThatNote = (writes: Array<string>): Ledger.Books => ({
    account: () => ({ ...empty(account), balance }),
    putAccount: (put) => writes.push(`account with ${put.balance}, ${put.settledBefore} before`),
    spend: (id) => spends.get(id),
    putSpend: (put) => writes.push(`spend ${put.taskId.slice(-1)} ${put.state._tag}`),
    removeSpend: (id) => writes.push(`remove ${id.slice(-1)}`),
    openOf: () => 1,
    unattended: () => [...spends.values()].slice(0, 1),
    openSince: () => [...spends.values()].slice(0, 1),
    backlog: () => ({ open: 1, oldest: Option.some(time) }),
    ended: () => [...spends.values()].slice(1)
  })
  const store = Ledger.make(
    {
      transact: (work) =>
        Effect.suspend(() => {
          const writes: Array<string> = []
          transactions.push(writes)
          return Effect.fromResult(work(booksThatNote(writes)))
        }),
      read: (look) => Effect.sync(() => look(booksThatNote([]))),
      holdings: Stream.empty
    },
    { name: "me", term: Duration.seconds(30) }
  )
  return { store, transactions }
}

type Use = (store: QuotaStore["Service"]) => Effect.Effect<unknown, unknown>

const day = { day: Day.make("2026-11-23"), grant: 10, cap: 100 }

/** What each method writes, all in its one transaction; an account comes before what refers to it. */
const writing: ReadonlyArray<[string, number, Use, ReadonlyArray<string>]> = [
  ["check-in", 5, (store) => store.checkIn(account, day), ["account with 15, 0 before"]],
  ["check-in at the cap", 100, (store) => store.checkIn(account, day), []],
  ["spend", 5, (store) => store.spend(request(5)), ["account with 4, 0 before", "spend 5 Open"]],
  ["spend, again", 5, (store) => store.spend(request(1)), []],
  ["spend, reopening", 5, (store) => store.spend(request(4)), ["account with 4, 0 before", "spend 4 Open"]],
  ["settle", 5, (store) => store.settle(first(1)), ["spend 1 Settled"]],
  ["settle, too late", 5, (store) => store.settle(first(3)), []],
  ["refund", 5, (store) => store.refund(first(1), "failed"), ["spend 1 Refunded", "account with 6, 0 before"]],
  ["refund, of another opening", 5, (store) => store.refund({ ...first(1), opening: 2 }, "failed"), []],
  ["refund, too late", 5, (store) => store.refund(first(2), "failed"), []],
  ["due", 5, (store) => store.due(10), ["spend 1 Open"]],
  ["renew", 5, (store) => store.renew([1, 2, 3, 4, 5].map(task)), ["spend 1 Open"]],
  ["fold", 5, (store) => store.fold(time, 10), ["account with 5, 1 before", "remove 2", "remove 3", "remove 4"]]
]

/** Failures: a store that commits several works together counts on their having written nothing. */
/** What only looks, and so waits for no transaction. */
const reading: ReadonlyArray<[string, Use]> = [
  ["status", (store) => store.status(account)],
  ["find", (store) => store.find(task(1))],
  ["findAll", (store) => store.findAll([1, 2, 5].map(task))],
  ["audit", (store) => store.audit(time)],
  ["backlog", (store) => store.backlog]
]

const failing: ReadonlyArray<[string, number, Use]> = [
  ["spend with too many in flight", 5, (store) => store.spend(request(5), 1)],
  ["spend without a credit", 0, (store) => store.spend(request(5))],
  ["spend of a reused key", 5, (store) => store.spend(request(1, "another"))],
  ["reopening without a credit", 0, (store) => store.spend(request(4))],
  ["settling what is not there", 5, (store) => store.settle(first(5))],
  ["refunding what is not there", 5, (store) => store.refund(first(5), "failed")]
]

describe("Ledger", () => {
  it.effect.each(writing)("%s is one transaction", ([, balance, use, writes]) =>
    Effect.gen(function* () {
      const { store, transactions } = ledgerOn(balance)
      yield* use(store)
      assert.deepStrictEqual(transactions, [writes])
    })
  )

  it.effect.each(reading)("%s is no transaction", ([, use]) =>
    Effect.gen(function* () {
      const { store, transactions } = ledgerOn(5)
      yield* use(store)
      assert.deepStrictEqual(transactions, [])
    })
  )

  it.effect.each(failing)("%s fails and writes nothing", ([, balance, use]) =>
    Effect.gen(function* () {
      const { store, transactions } = ledgerOn(balance)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(use(store))))
      assert.deepStrictEqual(transactions, [[]])
    })
  )
})
