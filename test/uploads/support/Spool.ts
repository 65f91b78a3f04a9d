import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, vi } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../../e2e/support/Client.ts"

const folder = mkdtempSync(join(tmpdir(), "scnmnt-spool-"))
// The service of a test file runs in its process, so that this is its folder for temporary files, and nobody else's.
vi.stubEnv("TMPDIR", folder)
afterAll(() => rmSync(folder, { recursive: true }))

/** The sizes of the uploads that lie on disk now. One that the service removes meanwhile does not. */
export const spooled = Effect.sync(() =>
  readdirSync(folder)
    .filter((name) => name.startsWith("scnmnt-upload-"))
    .flatMap((name) => ifThere(() => readdirSync(join(folder, name)).map((file) => join(folder, name, file))))
    .flatMap((path) => ifThere(() => [statSync(path).size]))
)

/** The service may be a process of its own, which removes what this one has just seen. */
const ifThere = <A>(look: () => ReadonlyArray<A>): ReadonlyArray<A> => {
  try {
    return look()
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return []
    throw error
  }
}

/** Until so much of an upload lies on disk. */
export const spooledUpTo = (size: number) => eventually(spooled, (sizes) => sizes.some((bytes) => bytes >= size))

/** Until there is nothing left of any upload, not even the folder that it was in. */
export const nothingLeft = eventually(
  Effect.sync(() => readdirSync(folder).some((name) => name.startsWith("scnmnt-upload-"))),
  (isLeft) => !isLeft
)
