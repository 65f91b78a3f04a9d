import { Effect } from "effect"
import { UpstreamTask } from "./ports/ImageUpstream.ts"
import { QuotaStore } from "./ports/QuotaStore.ts"
import { SpendState, type Spend } from "./Spend.ts"

/** What the upstream's word on a task means for the credit: an image settles, an end without one refunds. */
export const decide = (task: UpstreamTask): SpendState =>
  UpstreamTask.match(task, {
    Queued: () => SpendState.cases.Open.make({}),
    Running: () => SpendState.cases.Open.make({}),
    Succeeded: ({ image }) =>
      image === undefined
        ? SpendState.cases.Refunded.make({ reason: "no-image" })
        : SpendState.cases.Settled.make({}),
    Failed: () => SpendState.cases.Refunded.make({ reason: "failed" })
  })

/** Writes down what the upstream's word means, and answers with the spend as it then stands. */
export const apply = Effect.fnUntraced(function* (spend: Spend, task: UpstreamTask) {
  if (spend.state._tag !== "Open") {
    return spend
  }
  const store = yield* QuotaStore
  return yield* SpendState.match(decide(task), {
    Open: () => Effect.succeed(spend),
    Settled: () => store.settle(spend.taskId),
    Refunded: ({ reason }) => store.refund(spend.taskId, reason)
  })
})
