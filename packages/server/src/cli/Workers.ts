import { Effect } from "effect"
import { ConfigurationInvalid } from "../Configuration.ts"
import * as Logging from "../Logging.ts"
import type { Settings } from "../Settings.ts"

/** Serves with as many processes as the settings ask for: this one alone, or it keeps the others, or is one of them. */
export const share = Effect.fnUntraced(function* <A, E, R>(
  settings: Settings,
  serve: (onListening: Effect.Effect<unknown>) => Effect.Effect<A, E, R>
) {
  if (settings.WORKERS === 1) return yield* serve(Effect.void)
  const problems = problemsOf(settings)
  if (problems.length > 0) return yield* new ConfigurationInvalid({ problems })
  const workers = yield* Effect.promise(() => import("../runtimes/NodeWorkers.ts"))
  return yield* workers.isWorker
    ? serve(workers.isServing).pipe(Effect.provide(workers.layer), Effect.annotateLogs({ pid: process.pid }))
    : workers.keep(settings.WORKERS).pipe(Effect.provide(Logging.layer(settings)))
})

const problemsOf = ({ PORT: port, QUOTA_STORE_URL: store }: Settings) => [
  ...("Deno" in globalThis || "Bun" in globalThis ? ["WORKERS must be 1 on this runtime; more are for Node"] : []),
  ...(port === 0 ? ["PORT must not be 0 with more than one of WORKERS, which share it"] : []),
  ...(store._tag === "Memory" ? ["WORKERS must be 1 with QUOTA_STORE_URL=memory:, which processes can't share"] : [])
]
