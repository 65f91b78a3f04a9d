import { Cause, DateTime, Effect, Exit, Option, Result, Schema } from "effect"
import type { Fingerprint } from "./Fingerprint.ts"
import type { IdempotencyKey } from "./IdempotencyKey.ts"
import * as ImageRequest from "./ImageRequest.ts"
import * as ImageTask from "./ImageTask.ts"
import { ImageUpstream, type SubmitError, type UpstreamTask } from "./ports/ImageUpstream.ts"
import { QuotaStore } from "./ports/QuotaStore.ts"
import { canReopen, type Receipt, type RefundReason, type SpendRequest, SpendState } from "./Spend.ts"
import * as SpendEnding from "./SpendEnding.ts"
import { SpendWatcher } from "./SpendWatcher.ts"
import * as Submission from "./Submission.ts"
import { Verdict } from "./SubmissionPlan.ts"
import * as TaskId from "./TaskId.ts"
import { maxTasksInFlight } from "./TaskLimit.ts"
import * as Tracing from "./Tracing.ts"
import { type Sign, UpstreamBreaker } from "./UpstreamBreaker.ts"
import type { Sighted } from "./WatchList.ts"

/** What a client asks and pays for. */
export interface Order {
  readonly account: Fingerprint
  readonly request: ImageRequest.ImageRequest
  /** Lets the client repeat the order without paying twice. */
  readonly idempotencyKey: IdempotencyKey | undefined
}

/** The task that an order led to. */
export interface Generated {
  readonly task: ImageTask.ImageTask
  readonly remainingCredits: number
  /** Whether an earlier order with the same key had led to it. */
  readonly replayed: boolean
}

/** The upstream will not make this image; the credit is back. */
export class RequestRejected extends Schema.TaggedError<RequestRejected>()("RequestRejected", {
  taskId: TaskId.TaskId
}) {}

/** The upstream does not let this service in; the credit is back. */
export class UpstreamAccessDenied extends Schema.TaggedError<UpstreamAccessDenied>()("UpstreamAccessDenied", {
  taskId: TaskId.TaskId
}) {}

/** The upstream takes no tasks at the moment; the credit is back. */
export class UpstreamUnavailable extends Schema.TaggedError<UpstreamUnavailable>()("UpstreamUnavailable", {
  taskId: TaskId.TaskId,
  retryAfter: Schema.optional(Schema.Duration)
}) {}

/** The upstream did not answer in time, and it is certain that it took no task; the credit is back. */
export class UpstreamNotAnswering extends Schema.TaggedError<UpstreamNotAnswering>()("UpstreamNotAnswering", {
  taskId: TaskId.TaskId
}) {}

/**
 * Takes one credit, hands the job to the upstream, and answers with the task: an error means not charged, and a charge
 * means an image or a refund. From the credit on it goes its way to the end even if the caller leaves.
 */
export const generate = Effect.fnUntraced(function* (order: Order) {
  const spendRequest = yield* identify(order)
  yield* Effect.annotateCurrentSpan("task.id", spendRequest.taskId)
  return yield* Effect.uninterruptible(guarded(order, spendRequest))
}, Tracing.span("ImageGeneration.generate"))

/** An upstream that takes nothing takes no credit either. A repeat of what was paid for asks it for nothing new. */
const guarded = Effect.fnUntraced(function* (order: Order, spendRequest: SpendRequest) {
  const { guard } = yield* UpstreamBreaker
  const { generated } = yield* guard(payAndSubmit(order, spendRequest), signOf).pipe(
    Effect.catchTag("UpstreamDown", ({ retryAfter }) =>
      Effect.flatMap(isPaid(order, spendRequest), (isPaid) =>
        isPaid
          ? payAndSubmit(order, spendRequest)
          : Effect.fail(new UpstreamUnavailable({ taskId: spendRequest.taskId, retryAfter }))
      )
    )
  )
  return generated
})

const isPaid = Effect.fnUntraced(function* ({ idempotencyKey }: Order, { taskId }: SpendRequest) {
  if (idempotencyKey === undefined) return false
  const store = yield* QuotaStore
  return Option.exists(yield* store.find(taskId), (spend) => !canReopen(spend))
})

/** Without a key nobody can mean the same task again, so nothing has to be compared and the id stands for the request. */
const identify = Effect.fnUntraced(function* ({ account, request, idempotencyKey }: Order) {
  const mode = request.references.length === 0 ? ("text" as const) : ("image" as const)
  const traceParent = yield* Tracing.current
  const spend = { account, mode, size: request.size, ...(traceParent !== undefined && { traceParent }) }
  if (idempotencyKey === undefined) {
    const taskId = yield* TaskId.random
    return { ...spend, taskId, requestHash: taskId }
  }
  const taskId = yield* TaskId.derive(account, idempotencyKey)
  return { ...spend, taskId, requestHash: yield* ImageRequest.hash(request) }
})

const payAndSubmit = Effect.fnUntraced(function* (order: Order, spendRequest: SpendRequest) {
  const store = yield* QuotaStore
  const watcher = yield* SpendWatcher
  const receipt = yield* store.spend(spendRequest, yield* maxTasksInFlight)
  if (receipt.spend.state._tag !== "Open") {
    return { generated: answer(receipt, yield* watcher.sight(receipt.spend)), sign: "none" as const }
  }
  const verdict = receipt.opened
    ? yield* Submission.submit(spendRequest.taskId, order.request, false)
    : yield* resume(spendRequest.taskId, order.request)
  const generated = yield* Verdict.match(verdict, {
    Accepted: ({ task }) => accepted(receipt, task),
    NotAccepted: ({ reason, last }) => notAccepted(receipt, reason, last),
    Unknown: () => followed(receipt, { spend: receipt.spend, task: Option.none() })
  })
  // A repeat may have been answered by looking up what an earlier order had submitted.
  const sign: Sign = !receipt.opened ? "none" : verdict._tag === "Accepted" ? "up" : "down"
  return { generated, sign }
})

/** What an order's end says of the upstream; a refusal is an answer, but not of one who lets nobody in. */
const signOf = (end: Exit.Exit<{ readonly sign: Sign }, { readonly _tag: string }>): Sign => {
  if (Exit.isSuccess(end)) return end.value.sign
  const failure = Option.map(Cause.findErrorOption(end.cause), ({ _tag }) => _tag)
  if (Option.contains(failure, "RequestRejected")) return "up"
  return Option.exists(failure, (tag) => tag === "UpstreamUnavailable" || tag === "UpstreamNotAnswering")
    ? "down"
    : "none"
}

/** An order that was paid for before: it may have been submitted, or the process may have died in between. */
const resume = Effect.fnUntraced(function* (id: TaskId.TaskId, request: ImageRequest.ImageRequest) {
  const upstream = yield* ImageUpstream
  const found = yield* Effect.result(upstream.lookUp(id))
  if (Result.isFailure(found)) {
    return Verdict.cases.Unknown.make({})
  }
  return Option.isSome(found.success)
    ? Verdict.cases.Accepted.make({ task: found.success.value })
    : yield* Submission.submit(id, request, true)
})

const accepted = Effect.fnUntraced(function* (receipt: Receipt, task: UpstreamTask) {
  // The upstream has it: an end that can't be written down at the moment is the watcher's to write.
  const spend = yield* upToDate(receipt).pipe(
    Effect.flatMap((spend) => SpendEnding.apply(spend, SpendEnding.decide(task))),
    Effect.catchTag("QuotaUnavailable", () => Effect.succeed(receipt.spend))
  )
  const refunded = spend.state._tag === "Refunded" ? 1 : 0
  return yield* followed({ ...receipt, balance: receipt.balance + refunded }, { spend, task: Option.some(task) })
})

/** While a repeat or a slow submission goes on, a watcher may end the spend: once it can, the receipt is no longer news. */
const upToDate = Effect.fnUntraced(function* ({ opened, spend }: Receipt) {
  const now = yield* DateTime.now
  if (opened && DateTime.isLessThan(now, spend.lease.until)) {
    return spend
  }
  const store = yield* QuotaStore
  return Option.getOrElse(yield* store.find(spend.taskId), () => spend)
})

const followed = Effect.fnUntraced(function* (receipt: Receipt, sighted: Sighted) {
  const watcher = yield* SpendWatcher
  yield* Effect.when(watcher.follow(sighted), Effect.succeed(sighted.spend.state._tag === "Open"))
  return answer(receipt, sighted)
})

const notAccepted = Effect.fnUntraced(function* (receipt: Receipt, reason: RefundReason, last: SubmitError["reason"]) {
  const { taskId } = receipt.spend
  const spend = yield* SpendEnding.apply(receipt.spend, SpendState.cases.Refunded.make({ reason }))
  // There is an image, or a repeat has paid anew and is on its way: either way the key stands for a task that is paid.
  if (spend.state._tag !== "Refunded") {
    return answer(receipt, { spend, task: Option.none() })
  }
  switch (last._tag) {
    case "Rejected":
      return yield* last.because === "request" ? new RequestRejected({ taskId }) : new UpstreamAccessDenied({ taskId })
    case "Unavailable":
      return yield* new UpstreamUnavailable({ taskId, retryAfter: last.retryAfter })
    case "UnknownOutcome":
      return yield* new UpstreamNotAnswering({ taskId })
  }
})

const answer = ({ balance, opened }: Receipt, sighted: Sighted): Generated => ({
  task: ImageTask.ofSighted(sighted),
  remainingCredits: balance,
  replayed: !opened
})
