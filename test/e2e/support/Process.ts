import { spawn } from "node:child_process"
import { dirname, join } from "node:path"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect } from "effect"
import { startCommand } from "./Runtime.ts"

export type Variables = Readonly<Record<string, string>>

/** What `npm start` starts on this runtime, as a process with these variables and no others; killed with the scope. */
export const serve = (variables: Variables) => start(startCommand, variables)

/** The same for another command that serves. */
export const start = Effect.fnUntraced(function* (command: string, variables: Variables) {
  const exit = yield* Deferred.make<number | null>()
  const listening = yield* Deferred.make<string>()
  const output = { stdout: "", stderr: "" }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(command, {
        shell: true,
        env: { PATH: dirname(process.execPath), ...variables },
        cwd: join(import.meta.dirname, "../../.."),
        stdio: ["ignore", "pipe", "pipe"]
      })
    ),
    (child) =>
      Effect.andThen(
        Effect.sync(() => child.kill("SIGKILL")),
        Deferred.await(exit)
      )
  )
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString()
    const url = /listening on (http:\/\/[\d.:]+)/i.exec(output.stdout)?.[1]
    if (url !== undefined) Deferred.doneUnsafe(listening, Effect.succeed(url))
  })
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString()
  })
  child.on("close", (code) => {
    Deferred.doneUnsafe(exit, Effect.succeed(code))
    Deferred.doneUnsafe(listening, Effect.die(new Error(`it ended before it listened: ${output.stderr}`)))
  })
  return {
    output,
    /** Its address, as soon as it says so. */
    url: Deferred.await(listening),
    kill: (signal: NodeJS.Signals) => Effect.sync(() => child.kill(signal)),
    /** Its exit status, or `null` if a signal ended it. */
    exit: Deferred.await(exit)
  }
})

/** The variables that it takes to serve with the simulator as upstream and these books. */
export const variables = (storePath: string) =>
  Effect.map(UpstreamSimulator, ({ apiKey, url }) => ({
    PORT: "0",
    CHATGPT2API_BASE_URL: `${url}/v1`,
    CHATGPT2API_API_KEY: apiKey,
    QUOTA_STORE_URL: `sqlite:${storePath}`,
    RATE_LIMIT: "off",
    MAX_CONNECTIONS_PER_ADDRESS: "0",
    LOG_FORMAT: "json"
  }))
