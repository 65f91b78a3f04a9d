import { Effect } from "effect"
import { UpstreamTask } from "./ports/ImageUpstream.ts"
import { QuotaStore } from "./ports/QuotaStore.ts"
import { SpendState, type Spend } from "./Spend.ts"
import * as Tracing from "./Tracing.ts"

/** What the upstream's word on a task means for the credit: an image settles it, an end without one refunds it. */
export const decide = (task: UpstreamTask): SpendState =>
  UpstreamTask.match(task, {
    Queued: () => SpendState.cases.Open.make({}),
    Running: () => SpendState.cases.Open.make({}),
    Succeeded: ({ image }) =>
      image === undefined ? SpendState.cases.Refunded.make({ reason: "no-image" }) : SpendState.cases.Settled.make({}),
    Failed: () => SpendState.cases.Refunded.make({ reason: "failed" })
  })

/** Brings a spend to this state, unless it has ended or was opened again already, and answers with how it then stands. */
export const apply = Effect.fnUntraced(function* (spend: Spend, state: SpendState) {
  const store = yield* QuotaStore
  return yield* SpendState.match(state, {
    Open: () => Effect.succeed(spend),
    Settled: () => store.settle(spend).pipe(ending(spend, "settle")),
    Refunded: ({ reason }) => store.refund(spend, reason).pipe(ending(spend, "refund", { "refund.reason": reason }))
  })
})

/** The end of a credit belongs to the trace of the request that took it, however much later it comes. */
const ending = ({ taskId, traceParent }: Spend, name: "settle" | "refund", attributes?: Record<string, string>) =>
  Tracing.span(`SpendEnding.${name}`, {
    ...Tracing.linkedTo(traceParent),
    attributes: { "task.id": taskId, ...attributes }
  })
