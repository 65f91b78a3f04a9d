import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Schema } from "effect"
import packageJson from "../../package.json" with { type: "json" }

/** What the server is asked: how things stand, and the same after its garbage is collected. */
export type Command = "report" | "collect"

export const Report = Schema.Union([
  Schema.TaggedStruct("Listening", { url: Schema.String }),
  Schema.TaggedStruct("Counts", {
    /** Fibers, temporary files, and what keeps the process alive: sockets, timers, … */
    counts: Schema.Record(Schema.String, Schema.Int),
    /** In bytes. */
    memory: Schema.Struct({ rss: Schema.Int, heapUsed: Schema.Int, external: Schema.Int })
  })
])
export type Report = typeof Report.Type

/** The service in a process of its own that says how much of everything it has; killed with the scope. */
export const start = Effect.fnUntraced(function* (variables: Readonly<Record<string, string>> = {}) {
  const { apiKey, url } = yield* UpstreamSimulator
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "scnmnt-measured-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )
  const env = {
    ...environment,
    TMPDIR: folder,
    PORT: "0",
    CHATGPT2API_BASE_URL: url,
    CHATGPT2API_API_KEY: apiKey,
    QUOTA_STORE_URL: "memory:",
    RATE_LIMIT: "off",
    MAX_CONNECTIONS_PER_ADDRESS: "0",
    QUOTA_DAILY_GRANT: "1000000",
    QUOTA_BALANCE_CAP: "1000000",
    LOG_LEVEL: "None",
    ...variables
  }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => fork(join(import.meta.dirname, "entry.ts"), { env, execArgv: [...nodeOptions, "--expose-gc"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the server has ended: ${code}`)))
  // Whoever waits for a report hears of it; when nobody does, it is none of anybody's business.
  ended.catch(() => {})
  const next = Effect.promise(() => Promise.race([once(child, "message"), ended])).pipe(
    Effect.flatMap(([report]) => decodeReport(report)),
    Effect.orDie
  )
  const first = yield* next
  if (first._tag !== "Listening") return yield* Effect.die(new Error("the server has not said where it listens"))
  const ask = (command: Command) =>
    Effect.suspend(() => {
      child.send(command)
      return Effect.flatMap(next, (report) =>
        report._tag === "Counts" ? Effect.succeed(report) : Effect.die(new Error("the server has started twice"))
      )
    })
  return { url: first.url, report: ask("report"), collect: ask("collect") }
})

/** As `npm start` starts it, so that what is measured is what users run; but for a file of the machine at hand. */
const words = packageJson.scripts.start.slice(0, packageJson.scripts.start.indexOf(" packages/")).split(" ")
const environment = Object.fromEntries(new URLSearchParams(words.slice(0, words.indexOf("node")).join("&")))
const nodeOptions = words.slice(words.indexOf("node") + 1).filter((option) => !option.startsWith("--env-file"))

const decodeReport = Schema.decodeUnknownEffect(Report)
