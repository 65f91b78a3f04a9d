import { Effect, FileSystem, Path } from "effect"
import { usage } from "./CommandFailed.ts"
import * as FileTrouble from "./FileTrouble.ts"

/** Reads the files that a picture is to start from; what kind of image they are is for the server to find out. */
export const read = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const { readFile } = yield* FileSystem.FileSystem
  const { basename } = yield* Path.Path
  return yield* Effect.forEach(paths, (path) =>
    readFile(path).pipe(
      Effect.map((bytes) => new File([new Uint8Array(bytes)], basename(path))),
      Effect.mapError((error) =>
        usage(
          `Could not read the reference image ${path}: ${FileTrouble.inWords(error, reasons)}`,
          "ReferenceUnreadable"
        )
      )
    )
  )
})

const reasons = {
  NotFound: "there is no such file",
  PermissionDenied: "its owner does not allow it",
  BadResource: "it is not a file"
}
