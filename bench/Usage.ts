import { readFileSync, writeFileSync } from "node:fs"
import { Effect } from "effect"
import type { Sample } from "./Load.ts"

/** What a process has used while this went on; not numbers but on Linux. */
export interface Usage<A> {
  readonly value: A
  /** In milliseconds, of all its threads. */
  readonly cpu: number
  /** The most memory that was resident, in bytes. */
  readonly peak: number
}

export const during = Effect.fnUntraced(function* <A, E, R>(
  pid: number | undefined,
  effect: Effect.Effect<A, E, R>
): Effect.fn.Return<Usage<A>, E, R> {
  if (process.platform !== "linux") return { value: yield* effect, cpu: Number.NaN, peak: Number.NaN }
  // Begins the peak anew: proc_pid_clear_refs(5).
  yield* Effect.sync(() => writeFileSync(`/proc/${pid}/clear_refs`, "5"))
  const before = cpuOf(pid)
  const value = yield* effect
  return { value, cpu: cpuOf(pid) - before, peak: peakOf(pid) }
})

/** How much of it each answer of a load took, in microseconds. */
export const cpuPerAnswer = ({ cpu, value: { answers } }: Usage<Sample>) => (cpu * 1000) / answers

/** The 14th and 15th field of proc_pid_stat(5), in hundredths of a second; the 2nd is a name in brackets. */
const cpuOf = (pid: number | undefined) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const peakOf = (pid: number | undefined) =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024
