import { Effect, FileSystem, Option, Path, Stream } from "effect"
import { CommandFailed, exitCodes, usage } from "./CommandFailed.ts"
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

/** Says before anything is paid for that there is no place for the picture. */
export const checkPlace = Effect.fnUntraced(function* ({ force, output }: Destination) {
  const files = yield* FileSystem.FileSystem
  const path = Option.getOrElse(output, () => "-")
  const found = path === "-" ? Option.none() : yield* Effect.option(files.stat(path))
  if (Option.isNone(found)) return
  if (found.value.type === "Directory") return yield* usage(`${path} is a folder: name a file in it.`, "FileExists")
  if (!force) return yield* usage(`${path} is there already: --force overwrites it.`, "FileExists")
})

/** Keeps a picture, and answers with its path; there is none if it went to stdout. */
export const keep = Effect.fnUntraced(function* (picture: Picture, { force, output }: Destination) {
  const { extname } = yield* Path.Path
  const { bytes, prompt = "", taskId, type } = picture
  if (Option.contains(output, "-")) {
    yield* Output.stream(Stream.make(bytes))
    return undefined
  }
  const wanted = Option.getOrElse(output, () => nameOf(prompt, taskId))
  const path = extname(wanted) === "" ? `${wanted}${extensions[type] ?? ""}` : wanted
  yield* NewFile.write(path, bytes, { overwrite: force }).pipe(
    Effect.mapError(({ message, reason }) =>
      notSaved(path, taskId, reason._tag === "AlreadyExists" ? "it is there already" : message)
    )
  )
  return path
})

/** It is paid for, and still there to be fetched. */
const notSaved = (path: string, taskId: string, why: string) =>
  new CommandFailed({
    error: "NotSaved",
    message: `Could not save the picture as ${path}: ${why}. To save it elsewhere: scnmnt task ${taskId} -o FILE`,
    exitCode: exitCodes.failed
  })

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
