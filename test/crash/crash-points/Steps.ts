import { Schema } from "effect"

const Call = Schema.Literals(["spend", "reopen", "submit", "lookUp", "settle", "refund", "due", "renew"])
export type Call = typeof Call.Type

/** The call after which nothing comes. */
const Step = Schema.Struct({
  call: Call,
  /** Whether it is carried out; if not, nothing comes after what is before it. */
  made: Schema.Boolean,
  /** Whether its caller waits; a watcher that did would hold up the other tasks. */
  waits: Schema.Boolean
})
export type Step = typeof Step.Type

/** The last step of each task, by the task's id. */
export const Steps = Schema.Record(Schema.String, Step)

/** Nothing comes after the step, in the request that makes it. */
export const inRequest = (call: Call): Step => ({ call, made: true, waits: true })

/** Nothing comes after the step, in the watcher that makes it, or in a request that the watcher may come before. */
export const inWatcher = (call: Call): Step => ({ call, made: true, waits: false })

/** Nothing comes after the step before this one. */
export const before = (call: Call): Step => ({ call, made: false, waits: false })
