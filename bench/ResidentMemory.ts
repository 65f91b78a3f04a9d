import { readFileSync, writeFileSync } from "node:fs"
import { Effect } from "effect"

/** What comes of this, and the most memory that a process had resident meanwhile, in bytes; not a number but on Linux. */
export const peakDuring = Effect.fnUntraced(function* <A, E, R>(
  pid: number | undefined,
  effect: Effect.Effect<A, E, R>
) {
  if (process.platform !== "linux") return { value: yield* effect, peak: Number.NaN }
  // Begins the peak anew: proc_pid_clear_refs(5).
  yield* Effect.sync(() => writeFileSync(`/proc/${pid}/clear_refs`, "5"))
  const value = yield* effect
  const status = yield* Effect.sync(() => readFileSync(`/proc/${pid}/status`, "utf8"))
  return { value, peak: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024 }
})
