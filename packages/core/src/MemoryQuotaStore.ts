import { DateTime, Effect, Option, Stream } from "effect"
import type * as Account from "./Account.ts"
import type { Holdings } from "./Audit.ts"
import type { Fingerprint } from "./Fingerprint.ts"
import * as Ledger from "./Ledger.ts"
import type { Spend } from "./Spend.ts"
import type { TaskId } from "./TaskId.ts"

/** What a memory store keeps; two stores on the same memory are two nodes on one database. */
export interface Memory {
  readonly accounts: Map<Fingerprint, Account.Account>
  readonly spends: Map<TaskId, Spend>
}

/** An empty memory. */
export const empty = (): Memory => ({ accounts: new Map(), spends: new Map() })

/** A quota store that forgets everything with its process: for tests, and for apps that may. */
export const layer = (memory?: Memory) =>
  Ledger.layer(
    Effect.sync(() => {
      const kept = memory ?? empty()
      const books = booksOf(kept)
      return {
        // Each transaction is one synchronous step, so that nothing can come in between.
        transact: (work) => Effect.suspend(() => Effect.fromResult(work(books))),
        read: (look) => Effect.sync(() => look(books)),
        holdings: Stream.suspend(() => Stream.fromIterable(holdingsOf(kept)))
      }
    })
  )

/** The books that a memory is: what a store hands to a transaction if it can keep and bring back the whole of it. */
export const booksOf = ({ accounts, spends }: Memory): Ledger.Books => {
  const all = () => [...spends.values()]
  const isOpen = ({ state }: Spend) => state._tag === "Open"
  return {
    account: (fingerprint) => accounts.get(fingerprint),
    putAccount: (account) => accounts.set(account.fingerprint, account),
    spend: (id) => spends.get(id),
    putSpend: (spend) => spends.set(spend.taskId, spend),
    removeSpend: (id) => spends.delete(id),
    openOf: (fingerprint) => all().filter((spend) => isOpen(spend) && spend.account === fingerprint).length,
    unattended: (before, limit) =>
      all()
        .filter((spend) => isOpen(spend) && DateTime.isLessThan(spend.lease.until, before))
        .toSorted((a, b) => DateTime.Order(a.lease.until, b.lease.until))
        .slice(0, limit),
    openSince: (before) => all().filter((spend) => isOpen(spend) && DateTime.isLessThan(spend.createdAt, before)),
    backlog: () => {
      const opened = all().flatMap((spend) => (isOpen(spend) ? [spend.createdAt] : []))
      return { open: opened.length, oldest: Option.fromUndefinedOr(opened.toSorted(DateTime.Order)[0]) }
    },
    ended: (before, limit) =>
      all()
        .filter((spend) => !isOpen(spend) && DateTime.isLessThan(spend.updatedAt, before))
        .slice(0, limit)
  }
}

/** Every account of a memory with its spends counted. */
export const holdingsOf = ({ accounts, spends }: Memory): ReadonlyArray<Holdings> => {
  const byAccount = Map.groupBy(spends.values(), ({ account }) => account)
  const count = (account: Account.Account, state: Spend["state"]["_tag"]) =>
    byAccount.get(account.fingerprint)?.filter((spend) => spend.state._tag === state).length ?? 0
  return [...accounts.values()].map((account) => ({
    account,
    open: count(account, "Open"),
    settled: count(account, "Settled")
  }))
}
