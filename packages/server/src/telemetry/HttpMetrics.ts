import * as MetricFamily from "@scnmnt/core/MetricFamily"
import { Metric } from "effect"
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

/** Counts a request, and how long its answer took. Nothing that a client can make up is a label. */
export const answered = ({ method, route = "unknown" }: RequestRecord, status: number, seconds: number) => {
  return Metric.update(durations.of({ method, route, status: String(status) }), seconds)
}
