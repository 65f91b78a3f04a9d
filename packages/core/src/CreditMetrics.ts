import { Effect, Metric } from "effect"
import * as MetricFamily from "./MetricFamily.ts"
import { Mode, RefundReason, type Spend } from "./Spend.ts"

/**
 * What every quota store counts, since its process began: each change of the books once, when it is committed, and a
 * repeat that changes nothing not at all. A change whose answer the store itself lost looks to it like such a repeat.
 */
const counter = (name: string, description: string) => (attributes: Readonly<Record<string, string>>) =>
  Metric.counter(name, { description, attributes, incremental: true })

const granted = counter("scnmnt_credits_granted_total", "Credits that check-ins brought")({})
const spent = counter("scnmnt_credits_spent_total", "Credits that were taken for a task")({})
const settled = counter("scnmnt_credits_settled_total", "Credits that brought an image")({})
const refunded = MetricFamily.make(
  { reason: RefundReason.literals },
  counter("scnmnt_credits_refunded_total", "Credits that went back, by why there was no image")
)
const submitted = MetricFamily.make(
  { mode: Mode.literals },
  counter("scnmnt_tasks_submitted_total", "Tasks that were paid for; one that is paid for again counts again")
)
const finished = MetricFamily.make(
  { mode: Mode.literals, outcome: ["completed", "failed"] },
  counter("scnmnt_tasks_finished_total", "Tasks that came to an end")
)

/** A check-in that brought so many credits; it may be none. */
export const checkedIn = (credits: number): Effect.Effect<void> => Metric.update(granted, credits)

/** A spend that was opened, or opened again. */
export const opened = ({ mode }: Spend): Effect.Effect<void> =>
  Effect.andThen(Metric.update(spent, 1), Metric.update(submitted.of({ mode }), 1))

/** A spend that came to this end just now. */
export const ended = ({ mode, state }: Spend): Effect.Effect<void> => {
  switch (state._tag) {
    case "Open":
      return Effect.void
    case "Settled":
      return Effect.andThen(Metric.update(settled, 1), Metric.update(finished.of({ mode, outcome: "completed" }), 1))
    case "Refunded":
      return Effect.andThen(
        Metric.update(refunded.of({ reason: state.reason }), 1),
        Metric.update(finished.of({ mode, outcome: "failed" }), 1)
      )
  }
}

/** Every series, to be shown from the start: a counter that appears with its first event hides it from `increase()`. */
export const all: ReadonlyArray<Metric.Counter<number>> = [
  granted,
  spent,
  settled,
  ...refunded.all,
  ...submitted.all,
  ...finished.all
]
