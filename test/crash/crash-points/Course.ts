import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Duration } from "effect"

/** What becomes of a task upstream, once it is there. */
export interface Course {
  readonly name: string
  readonly fate: Fault.Fault
  /** Whether it ends without an image. */
  readonly fails: boolean
  /** Whether the upstream loses it at the crash, and knows nothing of its id then. */
  readonly forgotten: boolean
}

/** Until after the last server has come. */
const aWhile = "8 seconds"

const ends = { fails: false, forgotten: false }

export const queued: Course = { name: "queued", fate: Fault.fate({ queuedFor: aWhile, runsFor: 0 }), ...ends }
export const running: Course = { name: "running", fate: Fault.fate({ queuedFor: 0, runsFor: aWhile }), ...ends }
export const success: Course = { name: "success", fate: Fault.fate({ queuedFor: 0, runsFor: "300 millis" }), ...ends }
export const error: Course = { name: "error", fate: Fault.fails(), fails: true, forgotten: false }
/** No look-up ever finds it, and a repeated submission is told that it runs. */
const vanishing = Fault.fate({ missing: true, runsFor: Duration.infinity })
export const missing: Course = { name: "missing", fate: vanishing, fails: true, forgotten: false }
export const forgotten: Course = { ...running, name: "running, then forgotten", forgotten: true }

export const every: ReadonlyArray<Course> = [queued, running, success, error, missing, forgotten]

/** The answer to the submission brings the end. */
export const successAtOnce: Course = {
  name: "success at once",
  fate: Fault.fate({ queuedFor: 0, runsFor: 0 }),
  ...ends
}
export const errorAtOnce: Course = { name: "error at once", fate: Fault.failsAtOnce(), fails: true, forgotten: false }
export const successForgotten: Course = { ...successAtOnce, name: "success, then forgotten", forgotten: true }

/** As long as that, for a process that lives longer. */
const long = "20 seconds"
export const queuedLong: Course = { ...queued, fate: Fault.fate({ queuedFor: long, runsFor: 0 }) }
export const runningLong: Course = { ...running, fate: Fault.fate({ queuedFor: 0, runsFor: long }) }
export const runningLongForgotten: Course = { ...runningLong, name: forgotten.name, forgotten: true }
