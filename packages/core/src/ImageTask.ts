import { Option, Schema } from "effect"
import { ImageLocation, type UpstreamTask } from "./ports/ImageUpstream.ts"
import { RefundReason, SpendState, type Spend } from "./Spend.ts"
import type { Sighted } from "./WatchList.ts"

/** How far a task is, as its owner sees it. */
export const TaskStatus = Schema.TaggedUnion({
  Queued: {},
  Running: { progress: Schema.optional(Schema.String) },
  /** Without an image's location while the upstream can't be asked for it, or where the image is itself in the answer. */
  Completed: { image: Schema.optional(ImageLocation), revisedPrompt: Schema.optional(Schema.String) },
  /** The credit is back. */
  Failed: { reason: RefundReason }
})
export type TaskStatus = typeof TaskStatus.Type

/** A task as its owner sees it. Its times are this service's: the upstream's have no zone. */
export interface ImageTask extends Omit<Spend, "state" | "requestHash" | "opening" | "lease" | "traceParent"> {
  readonly status: TaskStatus
}

/** The task that a spend pays for. The books decide how it ended. */
export const ofSighted = ({
  spend: { state, requestHash: _hash, opening: _opening, lease: _lease, traceParent: _parent, ...spend },
  task: upstream
}: Sighted): ImageTask => ({
  ...spend,
  status: SpendState.match(state, {
    Open: () => Option.match(upstream, { onNone: () => TaskStatus.cases.Queued.make({}), onSome: whileOpen }),
    Settled: () => Option.match(upstream, { onNone: () => TaskStatus.cases.Completed.make({}), onSome: completed }),
    Refunded: ({ reason }) => TaskStatus.cases.Failed.make({ reason })
  })
})

/** An end that the upstream tells is none before the books have it: until then the task runs. */
const whileOpen = (task: UpstreamTask): TaskStatus =>
  task._tag === "Queued"
    ? TaskStatus.cases.Queued.make({})
    : TaskStatus.cases.Running.make({ progress: task._tag === "Running" ? task.progress : undefined })

const completed = (task: UpstreamTask): TaskStatus =>
  TaskStatus.cases.Completed.make(
    task._tag === "Succeeded" ? { image: task.image, revisedPrompt: task.revisedPrompt } : {}
  )
