import { Effect, FileSystem, Path } from "effect"
import { SecureRandom } from "effect/crypto"

/**
 * Puts a file in its place in one go: nobody ever sees a part of it, and none that is there is overwritten unless told,
 * which is `AlreadyExists`.
 */
export const write = Effect.fnUntraced(function* (
  path: string,
  bytes: Uint8Array,
  { mode = 0o666, overwrite = false }: { readonly mode?: number; readonly overwrite?: boolean } = {}
) {
  const files = yield* FileSystem.FileSystem
  const { basename, dirname, join } = yield* Path.Path
  const name = yield* SecureRandom.SecureRandom.use(({ uuidV4 }) => Effect.orDie(uuidV4()))
  const draft = join(dirname(path), `.${basename(path)}.${name}`)
  const put = overwrite
    ? files.rename(draft, path)
    : // Unlike a rename it fails where there is a file; but not every file system has links.
      files.link(draft, path).pipe(
        Effect.catchIf(
          ({ reason }) => reason._tag !== "AlreadyExists",
          () => files.rename(draft, path)
        )
      )
  yield* files.makeDirectory(dirname(path), { recursive: true })
  yield* files
    .writeFile(draft, bytes, { flag: "wx", mode })
    .pipe(Effect.andThen(put), Effect.ensuring(Effect.ignore(files.remove(draft, { force: true }))))
})
