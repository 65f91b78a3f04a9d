import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, type Scope, Stream } from "effect"
import { ChildProcess } from "effect/process"

/** Starts the demo in this folder, for as long as the scope. */
export const start = (folder: string, ...args: ReadonlyArray<string>) =>
  ChildProcess.make(process.execPath, ["-C", "scnmnt-source", main, "demo", ...args], {
    cwd: folder,
    env: { FORCE_COLOR: "0" },
    extendEnv: true
  })

/** The same, up to its end. */
export const finish = Effect.fnUntraced(function* (folder: string, ...args: ReadonlyArray<string>) {
  const { exitCode, stderr, stdout } = yield* start(folder, ...args)
  const [output, errors] = yield* Effect.all([textOf(stdout), textOf(stderr)], { concurrency: 2 })
  return { code: Number(yield* exitCode), output, errors }
}, Effect.scoped)

/** What a process says, up to its end or to these words. */
export const textOf = <E>(output: Stream.Stream<Uint8Array, E>, until?: string) =>
  output.pipe(
    Stream.decodeText,
    Stream.scan(
      () => "",
      (text, more) => text + more
    ),
    Stream.takeUntil((text) => until !== undefined && text.includes(until)),
    Stream.runFold(
      () => "",
      (_, text) => text
    )
  )

/** A folder with nothing in it, gone with the scope. */
export const newFolder = FileSystem.FileSystem.use((files) => files.makeTempDirectoryScoped({ prefix: "scnmnt-demo-" }))

/** Width and height as the PNG itself has them. */
export const pngSize = Effect.fnUntraced(function* (path: string) {
  const header = Buffer.from(yield* FileSystem.FileSystem.use((files) => files.readFile(path)))
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) }
})

export const get = (url: string, init: RequestInit = {}) =>
  Effect.tryPromise((signal) => fetch(url, { signal, ...init }))

/** What a test needs to run on. */
export const testing = <A, E>(test: Effect.Effect<A, E, NodeServices.NodeServices | Scope.Scope>) =>
  test.pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const main = join(import.meta.dirname, "../src/main.ts")
