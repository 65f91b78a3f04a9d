import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Context, Effect, Metric, type Scope } from "effect"
import { PrometheusMetrics } from "effect/observability"
import * as StoreMetrics from "./StoreMetrics.ts"

/** The processes that serve on one port together: this one alone, unless something else is provided. */
export const Siblings = Context.Reference<{
  /** Lets the others have this process' page, and gives the one page of all. */
  readonly share: (own: Effect.Effect<string>) => Effect.Effect<Effect.Effect<string>, never, Scope.Scope>
}>("@scnmnt/server/telemetry/MetricsPage/Siblings", { defaultValue: () => ({ share: Effect.succeed }) })

/** What `/metrics` answers. */
export const make = Effect.gen(function* () {
  const store = yield* Effect.context<QuotaStore>()
  const registry = yield* Metric.MetricRegistry
  const { share } = yield* Siblings
  return yield* Effect.andThen(StoreMetrics.refresh, PrometheusMetrics.format()).pipe(
    Effect.provideContext(Context.add(store, Metric.MetricRegistry, registry)),
    share
  )
})
