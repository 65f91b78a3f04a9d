import { Effect, FileSystem, Path, Schema } from "effect"
import { SecureRandom } from "effect/crypto"

/** A file is in this place already. */
export class PlaceTaken extends Schema.TaggedError<PlaceTaken>()("PlaceTaken", {}) {}

/**
 * Puts a file in its place in one go: nobody ever sees a part of it, not after a power cut either, and none that is there
 * is overwritten unless told.
 */
export const write = Effect.fnUntraced(function* (
  path: string,
  bytes: Uint8Array,
  { mode = 0o666, overwrite = false }: { readonly mode?: number; readonly overwrite?: boolean } = {}
) {
  const files = yield* FileSystem.FileSystem
  const { dirname } = yield* Path.Path
  const put = (draft: string) =>
    overwrite
      ? files.rename(draft, path)
      : // Unlike a rename it fails where there is a file; but not every file system has links.
        files.link(draft, path).pipe(
          Effect.mapError((error) => (error.reason._tag === "AlreadyExists" ? new PlaceTaken() : error)),
          Effect.catchTag("PlatformError", () => files.rename(draft, path))
        )
  yield* drafted(path, { bytes, mode }, put)
  yield* Effect.ignore(sync(dirname(path)))
})

/** Fails as {@link write} would in this place, a file that is there left aside; it makes the folder too. */
export const probe = (path: string) => drafted(path, { bytes: new Uint8Array(), mode: 0o600 }, () => Effect.void)

/** Uses a file beside this place that is on the disk by then, and gone afterwards. */
const drafted = Effect.fnUntraced(function* <E>(
  path: string,
  { bytes, mode }: { readonly bytes: Uint8Array; readonly mode: number },
  use: (draft: string) => Effect.Effect<void, E>
) {
  const files = yield* FileSystem.FileSystem
  const { basename, dirname, join } = yield* Path.Path
  const name = yield* SecureRandom.SecureRandom.use(({ uuidV4 }) => Effect.orDie(uuidV4()))
  const draft = join(dirname(path), `.${basename(path)}.${name}`)
  yield* files.makeDirectory(dirname(path), { recursive: true })
  yield* Effect.gen(function* () {
    const file = yield* files.open(draft, { flag: "wx", mode })
    yield* file.writeAll(bytes)
    yield* file.sync
  }).pipe(
    Effect.scoped,
    Effect.andThen(use(draft)),
    Effect.ensuring(Effect.ignore(files.remove(draft, { force: true })))
  )
})

/** The names in a folder are on the disk too; not every system lets a folder be opened for that (fsync(2)). */
const sync = (folder: string) =>
  FileSystem.FileSystem.use(({ open }) => open(folder)).pipe(
    Effect.flatMap(({ sync }) => sync),
    Effect.scoped
  )
