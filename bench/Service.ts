import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schedule } from "effect"
import * as Child from "../test/measured/Child.ts"
import * as NpmStart from "../test/measured/NpmStart.ts"
import { dataFolder } from "./Machine.ts"

interface Upstream {
  readonly url: string
  readonly apiKey: string
}

/** The service as `npm start` starts it, with its books on the disk and its log in a file beside them. */
export const start = Effect.fnUntraced(function* (upstream: Upstream, further: Readonly<Record<string, string>> = {}) {
  const folder = yield* dataFolder
  const storePath = join(folder, "quota.db")
  const log = join(folder, "service.log")
  const books = { TMPDIR: folder, QUOTA_STORE_URL: `sqlite:${storePath}` }
  const child = yield* launch(log, { ...books, ...variables(upstream), ...further })
  const read = Effect.sync(() => readFileSync(log, "utf8"))
  const url = yield* Effect.map(read, addressIn).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("5 millis"),
      until: (url) => url !== undefined || child.exitCode !== null
    })
  )
  if (url === undefined) return yield* Effect.die(new Error(`the service has not started: ${yield* read}`))
  return {
    url,
    pid: child.pid,
    storePath,
    /** Tells it to stop. */
    stop: signal(child, "SIGTERM"),
    /** Has it run as long as this does, so that its work in the background falls on nothing else that is measured. */
    awake: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.acquireUseRelease(
        signal(child, "SIGCONT"),
        () => effect,
        () => signal(child, "SIGSTOP")
      )
  }
})

/** To the process and its workers, which are a group of their own. */
const signal = ({ pid }: ChildProcess, name: NodeJS.Signals) =>
  Effect.sync(() => {
    if (pid !== undefined) process.kill(-pid, name)
  })

const addressIn = (log: string) => /listening on (http:\/\/[\d.:]+)/i.exec(log)?.[1]

const launch = (log: string, variables: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync((): ChildProcess => {
      const output = openSync(log, "a")
      const child = spawn(process.execPath, [...NpmStart.nodeOptions, ...NpmStart.command], {
        env: { ...NpmStart.environment, ...variables },
        detached: true,
        stdio: ["ignore", output, output]
      })
      closeSync(output)
      return child
    }),
    Child.end
  )

/** The limits are on, since they cost what they cost, and so far away that nobody meets them. */
const variables = ({ apiKey, url }: Upstream) => ({
  PORT: "0",
  CHATGPT2API_BASE_URL: url,
  CHATGPT2API_API_KEY: apiKey,
  QUOTA_DAILY_GRANT: "1000000000",
  QUOTA_BALANCE_CAP: "1000000000",
  RATE_LIMIT: [...rates.map((rate) => `${rate}=1000000000/second`), ...caps.map((cap) => `${cap}=1000000`)].join(","),
  MAX_CONNECTIONS_PER_ADDRESS: "0"
})
const rates = ["all", "generate", "enhance", "check-in", "account-generate", "account-check-in"]
const caps = ["in-flight", "enhance-in-flight", "account-tasks"]
