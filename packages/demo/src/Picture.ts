import { Effect, FileSystem, Path } from "effect"
import { step, StepFailed } from "./StepFailed.ts"

/** A picture in its file. */
export interface Picture {
  readonly path: string
  readonly width: number
  readonly height: number
  readonly bytes: number
}

/** Keeps a picture in a file of the folder that says what it shows and which task it is of. */
export const save = Effect.fnUntraced(function* (folder: string, prompt: string, taskId: string, bytes: Uint8Array) {
  const files = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const path = join(folder, `${slug(prompt)}-${taskId.slice(0, 8)}.png`)
  const size = dimensions(bytes)
  if (size === undefined) {
    return yield* new StepFailed({ step: "read the picture", why: "it is no PNG" })
  }
  yield* files
    .makeDirectory(folder, { recursive: true })
    .pipe(Effect.andThen(files.writeFile(path, bytes)), step(`save the picture as ${path}`))
  return { path, ...size, bytes: bytes.length } satisfies Picture
})

/** The first words, in any script, as they can stand in a file's name. */
const slug = (prompt: string) => {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.join("-").slice(0, 40).replace(/-$/, "") || "picture"
}

/** Width and height stand first in the first chunk, IHDR (PNG, section 11.2.1). */
const dimensions = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.length >= 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(12) === 0x49484452
    ? { width: view.getUint32(16), height: view.getUint32(20) }
    : undefined
}
