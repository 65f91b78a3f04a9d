import * as SpendRetention from "@scnmnt/core/SpendRetention"
import * as SpendWatcher from "@scnmnt/core/SpendWatcher"
import { Layer } from "effect"
import * as Adapters from "./Adapters.ts"
import * as Doors from "./doors/Doors.ts"
import * as Heartbeat from "./http/Heartbeat.ts"
import type { Settings } from "./Settings.ts"
import * as Shutdown from "./Shutdown.ts"
import * as Metrics from "./telemetry/Metrics.ts"
import * as Traces from "./telemetry/Traces.ts"
import * as UpstreamCircuit from "./doors/UpstreamCircuit.ts"

/** Everything that the routes stand on: the core's ports on their adapters, and what works in the background. */
export const layer = (settings: Settings) =>
  Layer.mergeAll(SpendWatcher.layer, SpendRetention.layer, Heartbeat.layer, Shutdown.layer).pipe(
    Layer.provideMerge([Adapters.layer(settings), Doors.layer(settings), UpstreamCircuit.layer]),
    Layer.provideMerge([Metrics.layer(settings), Traces.layer(settings)])
  )
