import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { ImageTask } from "@scnmnt/core/ImageTask"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import * as Quota from "@scnmnt/core/Quota"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Cause, Context, DateTime, type Duration, Effect, Exit, type Fiber, Option } from "effect"
import { nameOf, type Oracle } from "./Oracle.ts"
import type { Process } from "./Process.ts"

/** An order on its way. */
export interface Errand {
  readonly process: Process
  readonly fiber: Fiber.Fiber<unknown, unknown>
  /** What the client heard, if it heard anything. */
  heard: string | undefined
}

/** Sends an order, and holds what the client hears against the oracle. */
export const order = Effect.fnUntraced(function* (oracle: Oracle, process: Process, order: ImageGeneration.Order) {
  let paid: { readonly id: TaskId; readonly opening: number } | undefined
  const services = process.services({
    spent: ({ taskId }) => {
      paid = { id: taskId, opening: oracle.charges.get(taskId)?.opening ?? 0 }
    }
  })
  const fiber = yield* Effect.forkDetach(Effect.provideContext(ImageGeneration.generate(order), services))
  const errand: Errand = { process, fiber, heard: undefined }
  fiber.addObserver((exit) => {
    errand.heard = heard(exit)
    if (paid === undefined) return
    const charge = oracle.charges.get(paid.id)
    const isThisOne = charge?.opening === paid.opening
    if (Exit.isFailure(exit)) {
      oracle.check(
        !notCharged.includes(errand.heard) || !isThisOne || charge.state._tag === "Refunded",
        () => `${errand.heard}, but the charge for ${paid?.id} is ${charge?.state._tag}`
      )
    } else if (isThisOne) {
      checkTask(oracle, paid.id, exit.value.task)
    }
  })
  return errand
})

/** Asks for a task, and holds the answer against the oracle. */
export const read = Effect.fnUntraced(function* (oracle: Oracle, process: Process, id: TaskId) {
  const wasKnown = oracle.charges.has(id)
  const opening = oracle.charges.get(id)?.opening
  const fiber = yield* Effect.forkDetach(Effect.provideContext(ImageTasks.get(id), process.services()))
  const errand: Errand = { process, fiber, heard: undefined }
  fiber.addObserver((exit) => {
    errand.heard = heard(exit)
    if (Exit.isSuccess(exit)) {
      if (oracle.charges.get(id)?.opening === opening) checkTask(oracle, id, exit.value)
    } else {
      oracle.check(errand.heard !== "TaskUnknown" || !wasKnown || !oracle.charges.has(id), () => `${id} is unknown`)
    }
  })
  return errand
})

/** Asks for the day's credits. */
export const checkIn = (process: Process, account: Fingerprint) =>
  Effect.forkDetach(Effect.provideContext(Quota.checkIn(account), process.services()))

/** Folds what ended longer ago than this. */
export const fold = (process: Process, age: Duration.Input) =>
  Effect.flatMap(DateTime.now, (now) =>
    Effect.forkDetach(
      Context.get(process.services(), QuotaStore).fold(DateTime.subtractDuration(now, age), Number.MAX_SAFE_INTEGER)
    )
  )

/** Failed exactly if refunded, completed exactly if settled; and what ends while the answer is made still runs in it. */
const checkTask = (oracle: Oracle, id: TaskId, { status }: ImageTask) => {
  const state = oracle.charges.get(id)?.state
  if (state === undefined || status._tag === "Queued" || status._tag === "Running") return
  const told = status._tag === "Failed" ? `Refunded ${status.reason}` : "Settled"
  oracle.check(told === nameOf(state), () => `${id} is told as ${told} and is ${nameOf(state)}`)
}

const heard = (exit: Exit.Exit<unknown, { readonly _tag: string }>): string =>
  Exit.isSuccess(exit)
    ? "answered"
    : Option.match(Exit.findErrorOption(exit), {
        onSome: ({ _tag }) => _tag,
        onNone: () => (Cause.hasInterrupts(exit.cause) ? "left" : `defect: ${Cause.pretty(exit.cause)}`)
      })

/** Errors that mean: not charged. With the store down nothing can be said. */
const notCharged = ["RequestRejected", "UpstreamAccessDenied", "UpstreamUnavailable", "UpstreamNotAnswering"]
