import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs"
import { availableParallelism, cpus, loadavg, totalmem } from "node:os"
import { join, resolve } from "node:path"
import { Effect } from "effect"
import { short, median } from "./Figures.ts"

/** A folder where `npm start` keeps its books, so that the figures are those of that disk; gone with the scope. */
export const dataFolder = Effect.acquireRelease(
  Effect.sync(() => {
    mkdirSync(data, { recursive: true })
    return mkdtempSync(join(data, "bench-"))
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
const data = resolve(import.meta.dirname, "../data")

/** What the figures were taken on. */
export const machine = Effect.gen(function* () {
  const [cpu] = cpus()
  const load = loadavg()[0] ?? 0
  return [
    `${availableParallelism()} × ${cpu?.model.trim() ?? "unknown CPU"}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform} ${process.arch}`,
    `Node ${process.version}`,
    `data on ${yield* disk}`,
    `load before the run ${load.toFixed(1)}`
  ].join(", ")
})

/** Memory that calls itself a disk would make a durable write look like none. */
const disk = Effect.gen(function* () {
  const folder = yield* dataFolder
  const type = fileSystemOf(folder)
  if (type === "tmpfs") return yield* Effect.die(new Error(`${folder} is in memory: nothing there is durable`))
  return `${type ?? "a disk"} that syncs in ${short(syncMillis(folder))} ms`
}).pipe(Effect.scoped)

/** Linux tells; elsewhere it stays unsaid. */
const fileSystemOf = (folder: string) => {
  if (process.platform !== "linux") return undefined
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n")
  const above = mounts.flatMap((mount) => {
    const [, point = "", type = ""] = mount.split(" ")
    return point !== "" && `${folder}/`.startsWith(point === "/" ? "/" : `${point}/`) ? [{ point, type }] : []
  })
  return above.toSorted((a, b) => b.point.length - a.point.length)[0]?.type
}

const syncMillis = (folder: string) => {
  const file = openSync(join(folder, "synced"), "w")
  const page = new Uint8Array(4096)
  const taken = Array.from({ length: 50 }, () => {
    const start = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  return median(taken)
}
