import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Data, Deferred, Effect } from "effect"

/** A server as a process of its own. */
export interface ServerProcess {
  /** Its URL, once it listens there. */
  readonly listening: Effect.Effect<string, ServerEnded>
  readonly ended: Effect.Effect<Ending>
  /** What it has said so far. */
  readonly output: Effect.Effect<string>
  /** By SIGKILL, which no process can see coming; done when it is gone. */
  readonly kill: Effect.Effect<Ending>
}

/** How a process went, and the last that it said. */
export interface Ending {
  readonly status: number | NodeJS.Signals
  readonly output: string
}

/** The server ended before it listened. */
export class ServerEnded extends Data.TaggedError("ServerEnded")<Ending> {
  override get message(): string {
    return `${this.status}: ${this.output}`
  }
}

const main = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url))

/** `scnmnt serve` for as many requests as may come, with nothing else in its environment but this; node may be told more. */
export const serve = (environment: Record<string, string>, ...options: ReadonlyArray<string>) =>
  start([...options, main, "serve"], { RATE_LIMIT: "off", MAX_CONNECTIONS_PER_ADDRESS: "0", ...environment })

/** `scnmnt audit`, to its end. */
export const audit = (environment: Record<string, string>) =>
  Effect.scoped(Effect.flatMap(start([main, "audit"], environment), ({ ended }) => ended))

/** Any program of this repository, killed at the latest when the scope closes. */
export const start = Effect.fnUntraced(function* (command: ReadonlyArray<string>, environment: Record<string, string>) {
  const listening = yield* Deferred.make<string, ServerEnded>()
  const ended = yield* Deferred.make<Ending>()
  let output = ""
  const launch = Effect.sync(() => {
    const child = spawn(process.execPath, ["-C", "scnmnt-source", ...command], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"]
    })
    const hear = (text: string) => {
      output = (output + text).slice(-100_000)
      const url = /listening on (http:\/\/[\w.:]+)/.exec(output)?.[1]
      if (url !== undefined) Deferred.doneUnsafe(listening, Effect.succeed(url))
    }
    child.stdout.setEncoding("utf8").on("data", hear)
    child.stderr.setEncoding("utf8").on("data", hear)
    child.on("close", (code, signal) => {
      const ending = { status: signal ?? code ?? 0, output }
      Deferred.doneUnsafe(ended, Effect.succeed(ending))
      Deferred.doneUnsafe(listening, Effect.fail(new ServerEnded(ending)))
    })
    return child
  })
  const killed = (child: ReturnType<typeof spawn>) =>
    Effect.andThen(
      Effect.sync(() => child.kill("SIGKILL")),
      Deferred.await(ended)
    )
  const child = yield* Effect.acquireRelease(launch, killed)
  const server: ServerProcess = {
    listening: Deferred.await(listening),
    ended: Deferred.await(ended),
    output: Effect.sync(() => output),
    kill: killed(child)
  }
  return server
})
