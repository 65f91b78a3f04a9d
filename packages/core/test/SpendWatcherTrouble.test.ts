import { assert, describe, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { type QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect, References } from "effect"
import { TestClock } from "effect/testing"
import { taskId } from "./support.ts"
import { failed, running, succeeded } from "./turns.ts"
import { credits, leaveTasks, left, openTasks, startNode, statesOf } from "./watching.ts"

const upstream = TestImageUpstream

/** A store whose calls of this kind fail until they are told not to. */
const breakable = (...methods: ReadonlyArray<"settle" | "refund" | "due" | "renew">) => {
  const state = { isBroken: true, tries: 0 }
  const broken = <A, E>(call: Effect.Effect<A, E>) =>
    Effect.suspend((): Effect.Effect<A, E | QuotaUnavailable> => {
      if (!state.isBroken) return call
      state.tries += 1
      return Effect.fail(new QuotaUnavailable({ cause: "the test's own" }))
    })
  const sees = (store: QuotaStore["Service"]): QuotaStore["Service"] => ({
    ...store,
    ...(methods.includes("settle") ? { settle: (opening) => broken(store.settle(opening)) } : {}),
    ...(methods.includes("refund") ? { refund: (opening, reason) => broken(store.refund(opening, reason)) } : {}),
    ...(methods.includes("due") ? { due: (limit) => broken(store.due(limit)) } : {}),
    ...(methods.includes("renew") ? { renew: (ids) => broken(store.renew(ids)) } : {})
  })
  return { state, sees }
}

const quiet = Effect.provideService(References.MinimumLogLevel, "None")

describe("the watcher, when the store fails", () => {
  it.effect.each([
    { what: "a settle", task: succeeded, method: "settle", is: "Settled" },
    { what: "a refund", task: failed, method: "refund", is: "failed" }
  ] as const)("makes up for $what soon after", ({ task, method, is }) =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const { state, sees } = breakable(method)
      const node = yield* startNode(memory, sees)
      const [id = taskId(0)] = yield* openTasks(node, 1)
      yield* upstream.use(({ set }) => set(id, task))
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(statesOf(memory), ["Open"])
      assert.isAtLeast(state.tries, 2)
      state.isBroken = false
      yield* TestClock.adjust("40 seconds")
      assert.deepStrictEqual(statesOf(memory), [is])
    }).pipe(Effect.provide(upstream.layer), quiet)
  )

  it.effect("goes on with the tasks that it has, and takes up the others when it can", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const dead = yield* startNode(memory)
      yield* leaveTasks(dead, 1)
      yield* dead.stop
      const { state, sees } = breakable("due", "renew")
      const node = yield* startNode(memory, sees)
      yield* openTasks(node, 1, 2)
      yield* upstream.use(({ set }) => Effect.all([set(taskId(1), succeeded), set(taskId(2), running)]))
      yield* TestClock.adjust("50 seconds")
      yield* upstream.use(({ set }) => set(taskId(2), failed))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(statesOf(memory), ["Open", "failed"])
      state.isBroken = false
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(statesOf(memory), ["Settled", "failed"])
    }).pipe(Effect.provide(upstream.layer), quiet)
  )
})

describe("the watcher, when something breaks in a way that nobody foresaw", () => {
  const broken = Effect.die("the test's own")
  const ends = (memory: MemoryQuotaStore.Memory) => [...memory.spends.values()].map(({ state }) => state._tag)

  it.effect("ends the other tasks all the same, and that one by its deadline", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory)
      yield* openTasks(node, 3)
      yield* upstream.use(({ nextLookUps, set }) =>
        Effect.all([nextLookUps(() => broken), set(taskId(2), succeeded), set(taskId(3), succeeded)])
      )
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(ends(memory), ["Open", "Settled", "Settled"])
      yield* upstream.use(({ nextLookUps }) => nextLookUps(...Array.from({ length: 1000 }, () => () => broken)))
      yield* TestClock.adjust("31 minutes")
      assert.deepStrictEqual(ends(memory), ["Refunded", "Settled", "Settled"])
    }).pipe(Effect.provide(upstream.layer), quiet)
  )

  it.effect("ends the other tasks of a store that breaks on one", () =>
    Effect.gen(function* () {
      const memory = MemoryQuotaStore.empty()
      const node = yield* startNode(memory, (store) => ({
        ...store,
        settle: (opening) => (opening.taskId === taskId(1) ? broken : store.settle(opening))
      }))
      yield* openTasks(node, 3)
      yield* upstream.use(({ set }) => Effect.forEach([1, 2, 3], (index) => set(taskId(index), succeeded)))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(ends(memory), ["Open", "Settled", "Settled"])
      assert.strictEqual(left(memory), credits - 3)
    }).pipe(Effect.provide(upstream.layer), quiet)
  )
})
