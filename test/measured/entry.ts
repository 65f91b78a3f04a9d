import { readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Configuration from "@scnmnt/server/Configuration"
import { Listening } from "@scnmnt/server/Listening"
import * as NodeServer from "@scnmnt/server/runtimes/NodeServer"
import { Settings } from "@scnmnt/server/Settings"
import { Context, Effect, Layer, Metric } from "effect"
import type { Command, Report } from "./MeasuredServer.ts"

/** The service as it is, and a parent process that can ask how much of everything there is. */
let fibers = 0
const counted = Effect.provideService(Metric.FiberRuntimeMetrics, {
  recordFiberStart: () => void (fibers += 1),
  recordFiberEnd: () => void (fibers -= 1)
})

const tell = (report: Report) => process.send?.(report)

const answer = (command: Command) => {
  // Only with --expose-gc: what is left then is what the service holds on to. The last resort gives back V8's empty
  // pages too, which it otherwise keeps until it finds itself idle.
  if (command === "collect") globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" })
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  const files = readdirSync(tmpdir()).length
  tell({ _tag: "Counts", counts: { fibers, files, ...resources }, memory: process.memoryUsage() })
}

const launch = Effect.gen(function* () {
  const settings = yield* Configuration.load(Settings)
  const context = yield* Layer.build(NodeServer.layer(settings))
  tell({ _tag: "Listening", ...Context.get(context, Listening) })
  process.on("message", answer)
  return yield* Effect.never
})

launch.pipe(Effect.scoped, counted, NodeRuntime.runMain())
