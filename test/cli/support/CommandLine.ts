import { type ChildProcessByStdio, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { Deferred, Effect, Schema } from "effect"
import { binary } from "../../binaries.ts"

const main = join(import.meta.dirname, "../../../packages/server/src/main.ts")

/** What `scnmnt` is in this repository, on each runtime. */
export const invocations = {
  node: [process.execPath, "-C", "scnmnt-source", main],
  deno: [binary("deno"), "run", "-A", "--conditions=scnmnt-source", main],
  bun: [binary("bun"), "--conditions=scnmnt-source", main]
} as const
export type Runtime = keyof typeof invocations

/** How a command went. */
export interface Ending {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Somebody at a shell: in a folder of their own, with what `scnmnt` remembers of them, and a server in mind. */
export interface User {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly runtime: Runtime
  /** A program that runs the command that it is given, if not the shell itself. */
  readonly through?: ReadonlyArray<string>
}

/** Somebody whose stdout is on a disk that has no room left. */
export const onFullDisk = (user: User): User => ({ ...user, through: ["sh", "-c", 'exec "$@" > /dev/full', "sh"] })

/** A newcomer, gone with the scope. */
export const newUser = (server: string, runtime: Runtime = "node") =>
  Effect.acquireRelease(
    Effect.sync((): User => {
      const folder = mkdtempSync(join(tmpdir(), "scnmnt-cli-"))
      const state = join(folder, "state")
      const env = { HOME: folder, PATH: process.env["PATH"] ?? "", XDG_STATE_HOME: state, SCNMNT_SERVER: server }
      return { folder, env, runtime }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** `scnmnt` with these words, up to its end. */
export const run = (user: User, ...args: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(start(user, ...args), ({ ended }) => ended))

/** The same while it runs, for as long as the scope. */
export const start = Effect.fnUntraced(function* (
  { env, folder, runtime, through = [] }: User,
  ...args: ReadonlyArray<string>
) {
  const [program = "", ...words] = [...through, ...invocations[runtime], ...args]
  const ended = yield* Deferred.make<Ending>()
  const stdout: Array<Buffer> = []
  let stderr = ""
  const listeners = new Set<() => void>()
  const child = yield* Effect.acquireRelease(
    Effect.sync((): ChildProcessByStdio<null, Readable, Readable> =>
      spawn(program, words, {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "pipe"]
      })
    ),
    (child) =>
      Effect.andThen(
        Effect.sync(() => child.kill("SIGKILL")),
        Deferred.await(ended)
      )
  )
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString()
    for (const listener of listeners) listener()
  })
  child.on("close", (code) =>
    Deferred.doneUnsafe(ended, Effect.succeed({ code, stdout: Buffer.concat(stdout), stderr }))
  )
  return {
    ended: Deferred.await(ended),
    kill: (signal: NodeJS.Signals) => Effect.sync(() => child.kill(signal)),
    /** Leaves off reading what it prints. */
    hangUp: Effect.sync(() => child.stdout.destroy()),
    /** Waits until it has told this on stderr. */
    tells: (text: string) =>
      Effect.callback<void>((resume) => {
        const listener = () => {
          if (stderr.includes(text)) resume(Effect.void)
        }
        listeners.add(listener)
        listener()
        return Effect.sync(() => listeners.delete(listener))
      })
  }
})

/** The members of a JSON document that was printed. */
export const jsonOf = ({ stdout }: Ending) => decodeJson(stdout.toString())

/** One for each line of JSON. */
export const jsonLinesOf = ({ stdout }: Ending) =>
  Effect.forEach(stdout.toString().trim().split("\n"), (line) => decodeJson(line))

const decodeJson = Schema.decodeEffect(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))
