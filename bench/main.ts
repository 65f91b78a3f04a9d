import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import { availableParallelism, cpus, loadavg, totalmem } from "node:os"
import { capacity } from "./capacity.ts"
import { enhance } from "./enhance.ts"
import { memory } from "./memory.ts"
import { requestCost } from "./requests.ts"
import { store } from "./store.ts"

const benches: Readonly<Record<string, Effect.Effect<void, unknown>>> = {
  capacity,
  enhance,
  memory,
  requests: requestCost,
  store
}

/** What the figures below it were taken on. */
const machine = Effect.sync(() => {
  const [cpu] = cpus()
  const load = loadavg()[0] ?? 0
  return [
    `${availableParallelism()} × ${cpu?.model.trim() ?? "unknown CPU"}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform} ${process.arch}`,
    `Node ${process.version}`,
    `load before the run ${load.toFixed(1)}`
  ].join(", ")
})

const [name = ""] = process.argv.slice(2)
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined

NodeRuntime.runMain(
  bench === undefined
    ? Console.error(`npm run bench -- ${Object.keys(benches).join("|")}`).pipe(
        Effect.andThen(Effect.fail("no such bench"))
      )
    : Effect.andThen(Effect.flatMap(machine, Console.log), bench),
  { disableErrorReporting: bench === undefined }
)
