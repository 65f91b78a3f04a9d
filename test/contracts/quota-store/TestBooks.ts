import { assert, it } from "@effect/vitest"
import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import type { Opening, SpendRequest } from "@scnmnt/core/Spend"
import { TaskId } from "@scnmnt/core/TaskId"
import { Context, DateTime, Effect, Layer } from "effect"
import type { Scope } from "effect"

export type Store = QuotaStore["Service"]

/** Empty books that tests may share between nodes and tamper with. */
export interface TestBooks {
  /** One more node on these books. */
  readonly node: Effect.Effect<Store, unknown, Scope.Scope>
  /** Sets an account's balance past the ledger. */
  readonly tamper: (account: Fingerprint, balance: number) => Effect.Effect<void>
}

export type OpenBooks = Effect.Effect<TestBooks, unknown, Scope.Scope>

/** Registers a test on books of its own, which must balance when it is over. */
export type ContractTest = (
  name: string,
  body: (store: Store, books: TestBooks) => Effect.Effect<void, unknown, Scope.Scope>
) => void

export const contract =
  (open: OpenBooks): ContractTest =>
  (name, body) =>
    it.effect(name, () =>
      Effect.gen(function* () {
        const books = yield* open
        const store = yield* books.node
        yield* body(store, books)
        const { unbalanced } = yield* store.audit(longAgo)
        assert.deepStrictEqual(unbalanced, [])
      })
    )

/** A node of a store's layer that shares nothing with other nodes but its books. */
export const nodeOf = <E>(layer: Layer.Layer<QuotaStore, E>) =>
  Effect.map(Layer.build(Layer.fresh(layer)), (context) => Context.get(context, QuotaStore))

export const longAgo = DateTime.makeUnsafe(0)

export const account = Fingerprint.make("account-1")
export const otherAccount = Fingerprint.make("account-2")

export const day = (text: string) => Day.make(text)
export const today = day("2026-11-23")

export const taskId = (number: number) => TaskId.make(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`)

/** The first opening of that task's spend. */
export const firstOf = (number: number): Opening => ({ taskId: taskId(number), opening: 1 })

export const request = (number: number, changes: Partial<SpendRequest> = {}): SpendRequest => ({
  taskId: taskId(number),
  account,
  requestHash: `hash-${number}`,
  mode: "text",
  size: "1:1",
  ...changes
})

/** Numbers from 1 on. */
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** Gives an empty account credits. */
export const fund = (store: Store, credits: number, fingerprint = account) =>
  store.checkIn(fingerprint, { day: today, grant: credits, cap: credits })

export const balanceOf = (store: Store, fingerprint = account) =>
  Effect.map(store.status(fingerprint), ({ balance }) => balance)

export const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)
