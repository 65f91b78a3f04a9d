import * as Fault from "@scnmnt/upstream-simulator/Fault"
import * as Course from "./Course.ts"
import { before, inRequest, inWatcher, type Step } from "./Steps.ts"

/** A place in the life of a credit where its process dies. */
export interface CrashPoint {
  readonly name: string
  /** What the submission meets. */
  readonly answers: ReadonlyArray<Fault.Fault>
  readonly first: Life
  /** Of the process that was started after that. */
  readonly second?: Life
  /** Whether the upstream has the task at the crash. */
  readonly submitted: boolean
  /** How the spend has ended at the crash, if it has. */
  readonly ended?: "Settled" | "Refunded"
  readonly courses: ReadonlyArray<Course.Course>
}

/** How far a process gets with a task. */
export interface Life {
  /** What a client does for it: orders, orders again after a refusal, asks for the task, or nothing. */
  readonly client: "orders" | "insists" | "asks" | "none"
  /** How far it gets, unless the client's answer or the simulator says it. */
  readonly last?: Step
  /** When it is there: by its own word, by the client's answer, or by the upstream having the task. */
  readonly seenBy: "server" | "client" | "upstream"
}

const life = (client: Life["client"], last: Step): Life => ({ client, last, seenBy: "server" })
const submitted: Pick<CrashPoint, "answers" | "first" | "submitted"> = {
  answers: [],
  first: life("orders", inRequest("submit")),
  submitted: true
}
const paid: Pick<CrashPoint, "answers" | "first"> = { answers: [], first: life("orders", inRequest("spend")) }
const { every, error, errorAtOnce, missing, queued, running, success, successAtOnce, successForgotten } = Course
const happening = [queued, running, success, error, missing]
/** Once it is submitted: at the crash the upstream has never heard of it. */
const later = [success, error, missing]
const settled = { ended: "Settled", courses: [success] } as const
const refunded = { ended: "Refunded", courses: [error, missing] } as const

const inTheFirstLife: ReadonlyArray<CrashPoint> = [
  { name: "spend committed", ...paid, submitted: false, courses: later },
  {
    name: "submission accepted and not answered",
    answers: [Fault.lateHeaders()],
    first: { client: "orders", seenBy: "upstream" },
    submitted: true,
    courses: every
  },
  { name: "submission answered", ...submitted, courses: [...every, successAtOnce, errorAtOnce] },
  {
    name: "settled by the request",
    answers: [],
    first: life("orders", inRequest("settle")),
    submitted: true,
    ended: "Settled",
    courses: [successAtOnce, successForgotten]
  },
  {
    name: "refunded by the request: failed at once",
    answers: [],
    first: life("orders", inRequest("refund")),
    submitted: true,
    ended: "Refunded",
    courses: [errorAtOnce]
  },
  {
    name: "refunded by the request: rejected",
    answers: [Fault.refuse(400)],
    first: life("orders", inRequest("refund")),
    submitted: false,
    ended: "Refunded",
    courses: later
  },
  {
    name: "refunded by the request: turned away",
    answers: [Fault.refuse(429, { retryAfter: "60" })],
    first: life("orders", inRequest("refund")),
    submitted: false,
    ended: "Refunded",
    courses: later
  },
  {
    name: "opened again",
    answers: [Fault.refuse(400)],
    first: life("insists", inRequest("reopen")),
    submitted: false,
    courses: later
  },
  {
    name: "looked up by the request, after an unknown outcome",
    answers: [Fault.dropLine(), Fault.refuse(400)],
    first: life("orders", inRequest("lookUp")),
    submitted: true,
    courses: every
  },
  {
    name: "client answered",
    answers: [],
    first: { client: "orders", last: before("lookUp"), seenBy: "client" },
    submitted: true,
    courses: every
  },
  {
    name: "looked up by the watcher",
    answers: [],
    first: life("orders", inWatcher("lookUp")),
    submitted: true,
    courses: every
  },
  {
    name: "settled by the watcher",
    answers: [],
    first: life("orders", inWatcher("settle")),
    submitted: true,
    ...settled
  },
  {
    name: "refunded by the watcher",
    answers: [],
    first: life("orders", inWatcher("refund")),
    submitted: true,
    ...refunded
  }
]

const inTheSecondLife: ReadonlyArray<CrashPoint> = [
  { name: "taken up: leased", ...submitted, second: life("none", inWatcher("due")), courses: every },
  { name: "taken up: looked up", ...submitted, second: life("none", inWatcher("lookUp")), courses: every },
  { name: "taken up: settled", ...submitted, second: life("none", inWatcher("settle")), ...settled },
  { name: "taken up: refunded", ...submitted, second: life("none", inWatcher("refund")), ...refunded },
  { name: "asked for: looked up", ...submitted, second: life("asks", inWatcher("lookUp")), courses: happening },
  { name: "asked for: settled", ...submitted, second: life("asks", inWatcher("settle")), ...settled },
  {
    name: "asked for: refunded",
    ...submitted,
    second: life("asks", inWatcher("refund")),
    ended: "Refunded",
    courses: [error]
  },
  { name: "repeated: looked up", ...submitted, second: life("orders", inRequest("lookUp")), courses: every },
  { name: "repeated: settled", ...submitted, second: life("orders", inRequest("settle")), ...settled },
  {
    name: "repeated: refunded",
    ...submitted,
    second: life("orders", inRequest("refund")),
    ended: "Refunded",
    courses: [error]
  },
  {
    name: "never submitted, repeated: looked up",
    ...paid,
    submitted: false,
    second: life("orders", inRequest("lookUp")),
    courses: later
  },
  {
    name: "never submitted, repeated: submission answered",
    ...paid,
    submitted: true,
    second: life("orders", inRequest("submit")),
    courses: every
  }
]

/** Every step of the life of a credit, in every state that the upstream can be in there. */
export const all: ReadonlyArray<CrashPoint> = [...inTheFirstLife, ...inTheSecondLife]

/** The one step that takes its time: half of the 30 seconds that a lease lasts. */
export const leaseRenewed: ReadonlyArray<CrashPoint> = [
  {
    name: "lease renewed",
    answers: [],
    first: life("orders", inWatcher("renew")),
    submitted: true,
    courses: [Course.queuedLong, Course.runningLong, Course.runningLongForgotten]
  }
]
