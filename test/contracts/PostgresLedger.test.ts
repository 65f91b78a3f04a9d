import { assert, it } from "@effect/vitest"
import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { RefundReason, type Spend } from "@scnmnt/core/Spend"
import { DateTime, Effect, Exit, Option } from "effect"
import { TestClock } from "effect/testing"
import { onServer, optionsFor } from "../../packages/adapters-quota/test/TemporaryDatabase.ts"
import { Chance } from "../model/Chance.ts"
import { account, day, nodeOf, otherAccount, request, type Store, taskId, upTo } from "./quota-store/TestBooks.ts"

const emptyDatabase = onServer()
const seed = Number(process.env["SEED"] ?? 20_261_123)
const steps = 1500

it.effect(
  `PostgreSQL answers ${steps} random calls as the ledger does (SEED=${seed})`,
  () =>
    Effect.gen(function* () {
      const chance = new Chance(seed)
      const ledger = MemoryQuotaStore.layer(MemoryQuotaStore.empty())
      const database = PostgresQuotaStore.layer(optionsFor(yield* emptyDatabase))
      const ledgers = [yield* nodeOf(ledger), yield* nodeOf(ledger)] as const
      const databases = [yield* nodeOf(database), yield* nodeOf(database)] as const
      const told: Array<string> = []
      for (const step of upTo(steps)) {
        yield* TestClock.adjust(chance.below(chance.happens(0.1) ? 40_000 : 2000))
        const name = chance.among(weights, "spend")
        const node = chance.happens(0.5) ? 0 : 1
        const occasion = anOccasion(chance, yield* DateTime.now)
        told.push(`${step}, node ${node}: ${name} ${JSON.stringify(occasion)}`)
        const expected = yield* Effect.exit(calls[name](ledgers[node], occasion))
        const actual = yield* Effect.exit(calls[name](databases[node], occasion))
        assert.deepStrictEqual(inWords(actual), inWords(expected), told.slice(-12).join("\n"))
      }
    }),
  { timeout: 120_000 }
)

/** What a call is about: few accounts and tasks, so that calls meet. */
const anOccasion = (chance: Chance, now: DateTime.Utc) => {
  const number = 1 + chance.below(8)
  const owner = number % 2 === 0 ? account : otherAccount
  return {
    number,
    account: chance.happens(0.05) ? account : owner,
    requestHash: chance.happens(0.05) ? "another" : "hash",
    maxOpen: chance.happens(0.5) ? 1 + chance.below(3) : Infinity,
    opening: 1 + chance.below(2),
    reason: chance.pick(RefundReason.literals) ?? "failed",
    day: day(`2026-11-${10 + chance.below(20)}`),
    grant: chance.below(4),
    cap: chance.below(6),
    ago: DateTime.subtract(now, { seconds: 30 })
  }
}
type Occasion = ReturnType<typeof anOccasion>

/** Every method, in the order of the port; where it leaves an order open, in one order. */
const calls: Record<
  Exclude<keyof Store, "holder">,
  (store: Store, occasion: Occasion) => Effect.Effect<unknown, unknown>
> = {
  status: (store, { account }) => store.status(account),
  checkIn: (store, { account, ...checkIn }) => store.checkIn(account, checkIn),
  spend: (store, { account, maxOpen, number, requestHash }) =>
    store.spend(request(number, { account, requestHash }), maxOpen),
  find: (store, { number }) => store.find(taskId(number)),
  findAll: (store, { number }) => Effect.map(store.findAll(upTo(number).map(taskId)), sorted),
  settle: (store, { number, opening }) => store.settle({ taskId: taskId(number), opening }),
  refund: (store, { number, opening, reason }) => store.refund({ taskId: taskId(number), opening }, reason),
  due: (store) => Effect.map(store.due(100), sorted),
  renew: (store) => Effect.map(store.renew(upTo(8).map(taskId)), sorted),
  audit: (store, { ago }) => Effect.map(store.audit(ago), (audit) => ({ ...audit, overdue: audit.overdue.toSorted() })),
  backlog: (store) => store.backlog,
  fold: (store, { ago }) => store.fold(ago, 100)
}

const weights = [
  ["status", 1],
  ["checkIn", 4],
  ["spend", 10],
  ["find", 1],
  ["findAll", 1],
  ["settle", 2],
  ["refund", 6],
  ["due", 2],
  ["renew", 2],
  ["audit", 1],
  ["backlog", 1],
  ["fold", 0.3]
] as const

const sorted = (spends: ReadonlyArray<Spend>) => spends.toSorted((a, b) => a.taskId.localeCompare(b.taskId))

/** Without what may differ: the names of the nodes, and how a defect is worded. */
const inWords = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.match(exit, {
    onSuccess: (answer) => JSON.stringify(answer, (key, value) => (key === "holder" ? undefined : value), 1),
    onFailure: () => Option.match(Exit.findErrorOption(exit), { onSome: String, onNone: () => "a defect" })
  })
