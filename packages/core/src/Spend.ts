import { type DateTime, type Option, Schema } from "effect"
import { AspectRatio } from "./AspectRatio.ts"
import { Fingerprint } from "./Fingerprint.ts"
import { TaskId } from "./TaskId.ts"
import { TraceParent } from "./Tracing.ts"

/** Whether a task paints from words alone or from reference images too. */
export const Mode = Schema.Literals(["text", "image"])
export type Mode = typeof Mode.Type

/** Why a credit went back. The first three are known before the upstream accepted anything. */
export const RefundReason = Schema.Literals([
  "rejected",
  "unavailable",
  "not-accepted",
  "failed",
  "no-image",
  "missing",
  "timed-out"
])
export type RefundReason = typeof RefundReason.Type

/** Where a spend stands: open, then at one of its two ends. */
export const SpendState = Schema.TaggedUnion({
  Open: {},
  /** There is an image. */
  Settled: {},
  /** There is none, and the credit is back: the task has failed exactly when its spend is here. */
  Refunded: { reason: RefundReason }
})
export type SpendState = typeof SpendState.Type

/** What asks for a credit. */
export const SpendRequest = Schema.Struct({
  taskId: TaskId,
  account: Fingerprint,
  /** Stands for the whole request: a repeat has the same. */
  requestHash: Schema.String,
  mode: Mode,
  size: AspectRatio,
  /** The span that asks, if it is kept: what becomes of the credit later, in another process perhaps, points back to it. */
  traceParent: Schema.optionalKey(TraceParent)
})
export type SpendRequest = typeof SpendRequest.Type

/** Who follows an open spend to its end, and until when nobody else does. */
export const Lease = Schema.Struct({
  holder: Schema.String,
  until: Schema.DateTimeUtc
})
export type Lease = typeof Lease.Type

/** One credit, taken for one task. */
export const Spend = Schema.Struct({
  ...SpendRequest.fields,
  state: SpendState,
  /** How often it was opened: the same request may take a credit again when its last one came back. */
  opening: Schema.Int.check(Schema.isGreaterThan(0)),
  lease: Lease,
  createdAt: Schema.DateTimeUtc,
  updatedAt: Schema.DateTimeUtc
})
export type Spend = typeof Spend.Type

/** Which debit is meant: of the task's spend, its first opening or a later one. */
export type Opening = Pick<Spend, "taskId" | "opening">

/** What a caller of `spend` gets. */
export interface Receipt {
  readonly spend: Spend
  /** Credits left. */
  readonly balance: number
  /** Whether this very call took the credit; otherwise the spend was there before. */
  readonly opened: boolean
}

/** The open spends of all accounts. */
export interface Backlog {
  readonly open: number
  /** When the oldest of them was opened. */
  readonly oldest: Option.Option<DateTime.Utc>
}

/** Whether the same request may take a credit again: its last one came back before the upstream accepted anything. */
export const canReopen = ({ state }: Spend): boolean =>
  state._tag === "Refunded" && neverAccepted.includes(state.reason)

/** Known before the upstream accepted anything. */
export const neverAccepted: ReadonlyArray<RefundReason> = ["rejected", "unavailable", "not-accepted"]
