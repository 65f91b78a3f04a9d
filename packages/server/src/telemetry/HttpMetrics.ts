import * as MetricFamily from "@scnmnt/core/MetricFamily"
import { Effect, Metric } from "effect"
import type { RequestRecord } from "./RequestRecord.ts"

/** Only what has answered has a series: all combinations would be a thousand. */
const unlisted: ReadonlyArray<string> = []

const durations = MetricFamily.make({ method: unlisted, route: unlisted, status: unlisted }, (attributes) =>
  Metric.histogram("scnmnt_http_request_duration_seconds", {
    description: "Time until an answer begins, by route; 499 is a client that left before",
    attributes,
    boundaries: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60]
  })
)

/** Apart from the durations, whose series begin with their first event: that hides it from `increase()`. */
const internalErrors = Metric.counter("scnmnt_http_internal_errors_total", {
  description: "Requests that ended in 500, by a fault of the server's own",
  incremental: true
})

/** Every series that can be known beforehand, to be shown from the start. */
export const all = [internalErrors]

/** Counts a request, and how long its answer took. Nothing that a client can make up is a label. */
export const answered = ({ method, route = "unknown" }: RequestRecord, status: number, seconds: number) => {
  const timed = Metric.update(durations.of({ method, route, status: String(status) }), seconds)
  return status === 500 ? Effect.andThen(timed, Metric.update(internalErrors, 1)) : timed
}
