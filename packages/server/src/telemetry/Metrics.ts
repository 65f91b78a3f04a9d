import * as UpstreamCalls from "@scnmnt/adapters-http/UpstreamCalls"
import * as CreditMetrics from "@scnmnt/core/CreditMetrics"
import * as QuotaStoreFailures from "@scnmnt/core/QuotaStoreFailures"
import { Duration, Effect, Layer, Metric } from "effect"
import type { Settings } from "../Settings.ts"
import * as HttpMetrics from "./HttpMetrics.ts"
import * as Uploads from "./Uploads.ts"
import { version } from "../Version.ts"
import { runtime } from "./Runtime.ts"
import * as Streams from "./Streams.ts"

/** A registry of this service's own, with all series in it that can be known beforehand. */
export const layer = ({ TASK_DEADLINE }: Pick<Settings, "TASK_DEADLINE">) =>
  Layer.effect(
    Metric.MetricRegistry,
    Effect.gen(function* () {
      yield* Metric.update(build, 1)
      yield* Metric.update(deadline, Duration.toSeconds(TASK_DEADLINE))
      yield* Effect.forEach(known, (metric) => Metric.value(metric), { discard: true })
      return yield* Metric.MetricRegistry
    }).pipe(
      Effect.provideServiceEffect(
        Metric.MetricRegistry,
        Effect.sync(() => new Map())
      )
    )
  )

const known: ReadonlyArray<Metric.Metric<number, unknown>> = [
  ...CreditMetrics.all,
  ...QuotaStoreFailures.all,
  ...UpstreamCalls.all,
  ...HttpMetrics.all,
  ...Uploads.all,
  ...Streams.all
]

const build = Metric.gauge("scnmnt_build_info", {
  description: "1, with what is running",
  attributes: { version, runtime }
})

const deadline = Metric.gauge("scnmnt_task_deadline_seconds", {
  description: "Age at which a spend must end: TASK_DEADLINE"
})
