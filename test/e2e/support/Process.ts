import { spawn } from "node:child_process"
import { join } from "node:path"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect } from "effect"
import type { Variables } from "./Service.ts"

const entry = join(import.meta.dirname, "../../../packages/server/src/main.ts")

/** `scnmnt serve` as a process of its own, with these variables and no others; killed with the scope. */
export const serve = (variables: Variables) => start([entry, "serve"], variables)

/** The same for another program that serves. */
export const start = Effect.fnUntraced(function* (program: ReadonlyArray<string>, variables: Variables) {
  const exit = yield* Deferred.make<number | null>()
  const listening = yield* Deferred.make<string>()
  const output = { stdout: "", stderr: "" }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["-C", "scnmnt-source", ...program], {
        env: variables,
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
  child.on("close", (code) => Deferred.doneUnsafe(exit, Effect.succeed(code)))
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
    LOG_FORMAT: "json"
  }))
