import { type ChildProcess, execFile, spawn } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { Deferred, Effect } from "effect"
import { root } from "./Pages.ts"

/** Somebody's shell. */
export interface Shell {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/** A shell in a checkout where nothing was started or saved yet, gone with the scope. */
export const inNewCheckout = Effect.acquireRelease(
  Effect.sync((): Shell => {
    const folder = mkdtempSync(join(tmpdir(), "scnmnt-docs-"))
    for (const name of readdirSync(root).filter((name) => !/^(data|\.env|\.git)$/.test(name)))
      symlinkSync(join(root, name), join(folder, name))
    return { folder, env: { HOME: folder, TMPDIR: tmpdir(), PATH: [withNpm(folder), ...machinesPath].join(delimiter) } }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The path as it is outside of `npm test`, so that `node` is whichever the machine has. */
const machinesPath = (process.env["PATH"] ?? "").split(delimiter).filter((path) => !path.includes("node_modules"))

/** The machine's npm, but `npm ci` is done: nothing here would run without. */
const withNpm = (folder: string) => program(folder, "npm", `[ "$1" = ci ] || PATH=\${PATH#*:} exec npm "$@"`)

/** Puts a shell script of this name on a path of its own. */
export const program = (folder: string, name: string, script: string) => {
  const bin = join(folder, "bin")
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
  return bin
}

/** How a script went. */
export interface Ending {
  readonly failed: boolean
  readonly stdout: string
  readonly stderr: string
}

/** What a script runs in: it stops at the first command that fails. */
const bash = ["--norc", "-euo", "pipefail", "-c"]

/** Runs a script to its end. */
export const run = ({ env, folder: cwd }: Shell, script: string) =>
  Effect.callback<Ending>((resume) => {
    const shell = execFile("bash", [...bash, script], { cwd, env }, (error, stdout, stderr) =>
      resume(Effect.succeed({ failed: error !== null, stdout, stderr }))
    )
    return Effect.sync(() => shell.kill("SIGKILL"))
  })

/** Runs a script that stays up, for as long as the scope; answers with its address once it serves. */
export const stayUp = Effect.fnUntraced(function* ({ env, folder: cwd }: Shell, script: string) {
  const address = yield* Deferred.make<string>()
  const ended = yield* Deferred.make<void>()
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      // In a group of its own, since npm, its shell and node are to be stopped together.
      spawn("bash", [...bash, script], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] })
    ),
    (child) => Effect.andThen(stop(child), Deferred.await(ended))
  )
  let output = ""
  const listen = (chunk: Buffer) => {
    output += chunk.toString()
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]
    if (url !== undefined && /listening on |Ctrl-C to stop/.test(output))
      Deferred.doneUnsafe(address, Effect.succeed(url))
  }
  child.stdout.on("data", listen)
  child.stderr.on("data", listen)
  child.on("close", () => {
    Deferred.doneUnsafe(address, Effect.die(new Error(`it ended before it served: ${output}`)))
    Deferred.doneUnsafe(ended, Effect.void)
  })
  return yield* Deferred.await(address)
})

const stop = ({ exitCode, pid, signalCode }: ChildProcess) =>
  Effect.sync(() => {
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL")
  })
