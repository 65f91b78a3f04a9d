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

/** The sizes of the uploads that lie on disk now. */
export const spooled = Effect.sync(() =>
  readdirSync(folder)
    .filter((name) => name.startsWith("scnmnt-upload-"))
    .flatMap((name) => {
      const files = readdirSync(join(folder, name), { withFileTypes: true })
      return files.length === 0 ? [0] : files.map((file) => statSync(join(file.parentPath, file.name)).size)
    })
)

/** Until so much of an upload lies on disk. */
export const spooledUpTo = (size: number) => eventually(spooled, (sizes) => sizes.some((bytes) => bytes >= size))

/** Until there is nothing left of any upload. */
export const nothingLeft = eventually(spooled, (sizes) => sizes.length === 0)
