import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Schema } from "effect"
import * as Child from "./Child.ts"
import * as NpmStart from "./NpmStart.ts"

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
    ...NpmStart.environment,
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
  const execArgv = [...NpmStart.nodeOptions, "--expose-gc"]
  const child = yield* Child.start(join(import.meta.dirname, "entry.ts"), Report, { env, execArgv })
  const first = yield* child.next
  if (first._tag !== "Listening") return yield* Effect.die(new Error("the server has not said where it listens"))
  const ask = (command: Command) =>
    Effect.flatMap(child.ask(command), (report) =>
      report._tag === "Counts" ? Effect.succeed(report) : Effect.die(new Error("the server has started twice"))
    )
  return { url: first.url, report: ask("report"), collect: ask("collect") }
})
