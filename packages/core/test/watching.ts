import { Day } from "@scnmnt/core/Account"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import * as SpendWatcher from "@scnmnt/core/SpendWatcher"
import type { TaskId } from "@scnmnt/core/TaskId"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Array, Context, Effect, Exit, Layer, Option, Scope } from "effect"
import { account, taskId } from "./support.ts"

type Store = QuotaStore["Service"]

/** One service with its watcher at work, on books that others may share. */
export interface Node {
  readonly store: Store
  readonly watcher: SpendWatcher.SpendWatcher["Service"]
  /** Ends it; its leases run on. */
  readonly stop: Effect.Effect<void>
}

/** One more node on these books, which may see a store of its own. */
export const startNode = Effect.fnUntraced(function* (
  memory: MemoryQuotaStore.Memory,
  sees: (store: Store) => Store = (store) => store
) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const books = yield* Layer.buildWithScope(Layer.fresh(MemoryQuotaStore.layer(memory)), scope)
  const store = Context.get(books, QuotaStore)
  const watcher = yield* Layer.buildWithScope(Layer.fresh(SpendWatcher.layer), scope).pipe(
    Effect.provideService(QuotaStore, sees(store))
  )
  return {
    store,
    watcher: Context.get(watcher, SpendWatcher.SpendWatcher),
    stop: Scope.close(scope, Exit.void)
  } satisfies Node
})

/** A use case as a client of this node meets it. */
export const at =
  ({ store, watcher }: Node) =>
  <A, E, R>(useCase: Effect.Effect<A, E, R>) =>
    useCase.pipe(Effect.provideService(QuotaStore, store), Effect.provideService(SpendWatcher.SpendWatcher, watcher))

/** Pays for tasks and has them followed, as a submission does; numbered from `from` on. */
export const openTasks = Effect.fnUntraced(function* ({ store, watcher }: Node, count: number, from = 1) {
  yield* fund(store)
  const ids = Array.makeBy(count, (index) => taskId(from + index))
  yield* Effect.forEach(ids, (id) =>
    Effect.flatMap(spend(store, id), ({ spend }) => watcher.follow({ spend, task: Option.none() }))
  )
  return ids
})

/** Pays for tasks and leaves them to whoever finds them, as a process does that dies there. */
export const leaveTasks = Effect.fnUntraced(function* ({ store }: Node, count: number) {
  yield* fund(store)
  const ids = Array.makeBy(count, (index) => taskId(1 + index))
  yield* Effect.forEach(ids, (id) => spend(store, id))
  return ids
})

/** Credits for as many tasks as a test may want. */
export const credits = 1000

const fund = (store: Store) => store.checkIn(account, { day: Day.make("2026-11-23"), grant: credits, cap: credits })

const spend = (store: Store, taskId: TaskId) =>
  store.spend({ taskId, account, requestHash: "hash", mode: "text", size: "1:1" })

/** Where spends stand: each state once. */
export const statesOf = (memory: MemoryQuotaStore.Memory) => [
  ...new Set([...memory.spends.values()].map(({ state }) => (state._tag === "Refunded" ? state.reason : state._tag)))
]

/** Credits left. */
export const left = (memory: MemoryQuotaStore.Memory) => memory.accounts.get(account)?.balance

/** The look-ups so far, as the times of each. */
export const lookUps = Effect.map(
  TestImageUpstream.use(({ calls }) => calls),
  (calls) => calls.filter(({ _tag }) => _tag === "LookUp")
)

/** The requests that these look-ups cost: those of one moment go together, up to 100 in each. */
export const requests = Effect.map(lookUps, (calls) =>
  [...Map.groupBy(calls, ({ at }) => at).values()].reduce((sum, { length }) => sum + Math.ceil(length / 100), 0)
)

/** When a task was looked up, in seconds. */
export const timesOf = (id: TaskId) =>
  Effect.map(lookUps, (calls) => calls.flatMap((call) => (call.id === id ? [call.at / 1000] : [])))
