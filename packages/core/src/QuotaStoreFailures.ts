import { Cause, Effect, Exit, Metric, Option, Predicate } from "effect"
import * as MetricFamily from "./MetricFamily.ts"
import * as Outage from "./Outage.ts"
import type { QuotaStore } from "./ports/QuotaStore.ts"

const operations = [
  "status",
  "check-in",
  "spend",
  "find",
  "settle",
  "refund",
  "due",
  "renew",
  "audit",
  "backlog",
  "fold"
] as const
type Operation = (typeof operations)[number]

const failures = MetricFamily.make({ operation: operations }, (attributes) =>
  Metric.counter("scnmnt_quota_store_failures_total", {
    description: "Calls that the store did not carry out, by what was asked of it",
    attributes,
    incremental: true
  })
)

/**
 * The same store, whose failures are counted and told in the log with their cause. A disk that is full fails what writes
 * and not what reads, so that each operation is told by itself.
 */
export const observed = (store: QuotaStore["Service"]): QuotaStore["Service"] => {
  const status = watch("status")
  const checkIn = watch("check-in")
  const spend = watch("spend")
  const find = watch("find")
  const settle = watch("settle")
  const refund = watch("refund")
  const due = watch("due")
  const renew = watch("renew")
  const audit = watch("audit")
  const fold = watch("fold")
  return {
    holder: store.holder,
    status: (fingerprint) => status(store.status(fingerprint)),
    checkIn: (fingerprint, day) => checkIn(store.checkIn(fingerprint, day)),
    spend: (request, maxOpen) => spend(store.spend(request, maxOpen)),
    find: (id) => find(store.find(id)),
    findAll: (ids) => find(store.findAll(ids)),
    settle: (opening) => settle(store.settle(opening)),
    refund: (opening, reason) => refund(store.refund(opening, reason)),
    due: (limit) => due(store.due(limit)),
    renew: (ids) => renew(store.renew(ids)),
    audit: (openSince) => audit(store.audit(openSince)),
    backlog: watch("backlog")(store.backlog),
    fold: (endedBefore, limit) => fold(store.fold(endedBefore, limit))
  }
}

const watch = (operation: Operation) => {
  const outage = Outage.make("the quota store works again", { operation })
  const failed = (error: unknown) =>
    Effect.andThen(
      Metric.update(failures.of({ operation }), 1),
      outage.failed(Effect.logWarning("the quota store fails", error))
    )
  return <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.onExit(call, (exit) => {
      if (Exit.isSuccess(exit)) return outage.worked
      const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
      // What else it says, such as that there is no credit left, it has found out by looking.
      return error === undefined ? Effect.void : isUnavailable(error) ? failed(error) : outage.worked
    })
}

const isUnavailable = Predicate.isTagged("QuotaUnavailable")

/** Every series, to be shown from the start. */
export const { all } = failures
