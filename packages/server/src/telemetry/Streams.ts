import * as MetricFamily from "@scnmnt/core/MetricFamily"
import { Effect, Metric } from "effect"

const kinds = ["task", "enhancement"] as const
export type Kind = (typeof kinds)[number]

const open = MetricFamily.make({ kind: kinds }, (attributes) =>
  Metric.gauge("scnmnt_event_streams_open", { description: "Event streams that clients read now", attributes })
)

/** A stream that is open as long as the scope. */
export const opened = (kind: Kind) =>
  Effect.acquireRelease(Metric.modify(open.of({ kind }), 1), () => Metric.modify(open.of({ kind }), -1))

/** Every series, to be shown from the start. */
export const { all } = open
