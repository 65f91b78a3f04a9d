import { Bytes, Effect, FileSystem, Option, Path, Stream } from "effect"
import { CommandFailed, exitCodes, usage } from "./CommandFailed.ts"
import * as FileTrouble from "./FileTrouble.ts"
import * as NewFile from "./NewFile.ts"
import * as Output from "./Output.ts"

/** Where a picture is to go: a file, stdout as `-`, or a file of its own name in this folder. */
export interface Destination {
  readonly output: Option.Option<string>
  /** Whether a file that is there may be overwritten. */
  readonly force: boolean
}

/** A picture that arrived. */
export interface Picture {
  readonly taskId: string
  readonly bytes: Uint8Array
  readonly type: string
  /** What it shows, for a name of its own. */
  readonly prompt?: string
}

/** Says before anything is paid for that there is no place for the picture. The folder that it is to be in is made. */
export const checkPlace = Effect.fnUntraced(function* ({ force, output }: Destination) {
  if (Option.contains(output, "-")) return
  if (Option.isSome(output)) yield* checkFree(output.value, force)
  const place = Option.match(output, { onNone: () => "here", onSome: (path) => `as ${path}` })
  yield* NewFile.probe(Option.getOrElse(output, () => "picture")).pipe(
    Effect.mapError((error) =>
      usage(`Can't save a picture ${place}: ${FileTrouble.inWords(error, reasons)}`, "Unwritable")
    )
  )
})

const checkFree = Effect.fnUntraced(function* (path: string, force: boolean) {
  const files = yield* FileSystem.FileSystem
  const { extname } = yield* Path.Path
  const found = yield* Effect.option(files.stat(path))
  if (path.endsWith("/") || Option.exists(found, ({ type }) => type === "Directory")) {
    return yield* usage(`${path} is a folder: name a file in it.`, "FileExists")
  }
  if (force) return
  const names = extname(path) === "" ? Object.values(extensions).map((extension) => path + extension) : [path]
  // What keeps anybody from looking keeps the picture out as well, and is told by the probe.
  const taken = yield* Effect.filter(names, (name) => Effect.orElseSucceed(files.exists(name), () => false))
  if (taken[0] !== undefined) {
    return yield* usage(`${taken[0]} is there already: --force overwrites it.`, "FileExists")
  }
})

const reasons = {
  AlreadyExists: "what is to be its folder is a file",
  BadResource: "what is to be its folder is a file",
  PermissionDenied: "its folder's owner does not allow it"
}

/** Keeps a picture, and answers with its path; there is none if it went to stdout. */
export const keep = Effect.fnUntraced(function* (picture: Picture, { force, output }: Destination) {
  const { extname } = yield* Path.Path
  const { bytes, prompt = "", taskId, type } = picture
  if (Option.contains(output, "-")) {
    yield* Output.stream(Stream.make(bytes)).pipe(
      Effect.mapError((error) => (error._tag === "CommandFailed" ? error.adding(elsewhere(taskId)) : error))
    )
    return undefined
  }
  const wanted = Option.getOrElse(output, () => nameOf(prompt, taskId))
  const path = extname(wanted) === "" ? `${wanted}${extensions[type] ?? ""}` : wanted
  const failed = (why: string) => notSaved(path, taskId, why)
  yield* NewFile.write(path, bytes, { overwrite: force }).pipe(
    Effect.catchTags({
      PlaceTaken: () =>
        Effect.flatMap(isIn(path, bytes), (isThere) => (isThere ? Effect.void : failed("it is there already"))),
      PlatformError: (error) => failed(FileTrouble.inWords(error, reasons))
    })
  )
  return path
})

/** Whether the file has these very bytes, as it has where two of the same commands run at once. */
const isIn = (path: string, bytes: Uint8Array) =>
  FileSystem.FileSystem.use(({ readFile }) => readFile(path)).pipe(
    Effect.map((found) => Bytes.Equivalence(found, bytes)),
    Effect.orElseSucceed(() => false)
  )

/** It is paid for, and still there to be fetched. */
const notSaved = (path: string, taskId: string, why: string) =>
  new CommandFailed({
    error: "NotSaved",
    message: `Could not save the picture as ${path}: ${why}. ${elsewhere(taskId)}`,
    exitCode: exitCodes.failed
  })

const elsewhere = (taskId: string) => `To save it elsewhere: scnmnt task ${taskId} -o FILE`

const extensions: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/webp": ".webp",
  "image/gif": ".gif",
  "image/avif": ".avif"
}

/** A file's name, with no extension: the prompt's first words, in any script, and which task it is of. */
export const nameOf = (prompt: string, taskId: string) => {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return `${words.join("-").slice(0, 40).replace(/-$/, "") || "picture"}-${taskId.slice(0, 8)}`
}
