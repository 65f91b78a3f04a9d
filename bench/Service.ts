import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schedule } from "effect"
import { run as onSqlite } from "../packages/adapters-quota/test/TemporaryFile.ts"
import * as Child from "../test/measured/Child.ts"
import * as NpmStart from "../test/measured/NpmStart.ts"
import { dataFolder } from "./Machine.ts"

interface Upstream {
  readonly url: string
  readonly apiKey: string
}

/**
 * The service as `npm start` starts it, with its books on the disk and its log in a file beside them. What nobody in a
 * bench may meet are its limits: they are on, since they cost what they cost, but far away.
 */
export const start = Effect.fnUntraced(function* (upstream: Upstream) {
  const folder = yield* dataFolder
  const { log, pid } = yield* launch(folder, variables(upstream, folder))
  const url = yield* Effect.repeat(
    Effect.sync(() => /listening on (http:\/\/[\d.:]+)/i.exec(readFileSync(log, "utf8"))?.[1]),
    { schedule: Schedule.spaced("5 millis"), until: (url) => url !== undefined }
  ).pipe(Effect.timeout("30 seconds"))
  if (url === undefined) return yield* Effect.die(new Error(readFileSync(log, "utf8")))
  return { url, pid, storePath: storeIn(folder) }
})

const storeIn = (folder: string) => join(folder, "quota.db")

const variables = ({ apiKey, url }: Upstream, folder: string) => ({
  ...NpmStart.environment,
  TMPDIR: folder,
  PORT: "0",
  CHATGPT2API_BASE_URL: url,
  CHATGPT2API_API_KEY: apiKey,
  QUOTA_STORE_URL: `sqlite:${storeIn(folder)}`,
  QUOTA_DAILY_GRANT: "1000000000",
  QUOTA_BALANCE_CAP: "1000000000",
  RATE_LIMIT: [...rates.map((rate) => `${rate}=1000000000/second`), "account-tasks=1000000"].join(","),
  MAX_CONNECTIONS_PER_ADDRESS: "0"
})
const rates = ["all", "generate", "enhance", "check-in", "account-generate", "account-check-in"]

const launch = Effect.fnUntraced(function* (folder: string, env: Readonly<Record<string, string>>) {
  const log = join(folder, "service.log")
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const output = openSync(log, "a")
      const stdio = ["ignore", output, output] as const
      const child = spawn(process.execPath, [...NpmStart.nodeOptions, ...NpmStart.command], { env, stdio: [...stdio] })
      closeSync(output)
      return child
    }),
    Child.end
  )
  return { log, pid: child.pid }
})

/** Waits until every task has come to its end, so that what is measured next has the machine to itself. */
export const untilIdle = (storePath: string) =>
  onSqlite(storePath, "SELECT 1 FROM spends WHERE state = 'Open' LIMIT 1").pipe(
    Effect.repeat({ schedule: Schedule.spaced("100 millis"), until: (open) => open.length === 0 }),
    Effect.timeout("60 seconds")
  )
