import { QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { type Opening, SpendState } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Clock, DateTime, Effect, Result } from "effect"
import type { Fate } from "./Fate.ts"
import type { Oracle } from "./Oracle.ts"

type Store = QuotaStore["Service"]

/** What a call meets before it gets through, or after. */
export type StoreFault = "none" | "fails" | "done, answer lost"

interface Watching {
  readonly oracle: Oracle
  readonly fate: Fate
  readonly fault: () => StoreFault
  /** An open charge comes to its end; runs before the oracle knows. */
  readonly ending: (id: TaskId, state: SpendState, now: number) => void
}

/** A store that dies with its process, fails at times, and tells the oracle all that is done to it. */
export const make = (store: Store, { oracle, fate, fault, ending }: Watching): Store => {
  const call = <A, E>(
    work: Effect.Effect<A, E | QuotaUnavailable>,
    told: (answer: A, now: number) => void = () => {}
  ) =>
    fate.guard(
      Effect.suspend(() => {
        const fate = fault()
        const done = Effect.flatMap(work, (answer) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            told(answer, now)
            return answer
          })
        )
        if (fate === "none") return done
        return fate === "fails" ? Effect.fail(unavailable) : Effect.andThen(done, Effect.fail(unavailable))
      })
    )
  const end = (opening: Opening, state: SpendState, work: ReturnType<Store["settle"]>) =>
    call(work, (answer, now) => {
      if (oracle.isOpen(opening)) ending(opening.taskId, state, now)
      oracle.ended(opening, state, answer, now)
    })
  return QuotaStore.of({
    holder: store.holder,
    status: (account) => call(store.status(account)),
    checkIn: (account, day) => call(store.checkIn(account, day), (answer) => oracle.checkedIn(account, day, answer)),
    spend: (request) =>
      call(Effect.result(store.spend(request)), (answer, now) =>
        oracle.spent(
          request,
          Result.getOrElse(answer, ({ _tag }) => _tag),
          now
        )
      ).pipe(Effect.flatMap(Effect.fromResult)),
    find: (id) => call(store.find(id)),
    findAll: (ids) => call(store.findAll(ids)),
    settle: (opening) => end(opening, SpendState.cases.Settled.make({}), store.settle(opening)),
    refund: (opening, reason) =>
      end(opening, SpendState.cases.Refunded.make({ reason }), store.refund(opening, reason)),
    due: (limit) => call(store.due(limit)),
    renew: (ids) => call(store.renew(ids)),
    audit: (openSince) => call(store.audit(openSince)),
    backlog: call(store.backlog),
    fold: (before, limit) =>
      call(store.fold(before, limit), (answer) => oracle.folded(DateTime.toEpochMillis(before), answer))
  })
}

const unavailable = new QuotaUnavailable({ cause: "the test's own" })
