import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { Effect } from "effect"

/** A path for a database in a folder that is gone with the scope. */
export const temporaryFile = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "scnmnt-quota-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(Effect.map((folder) => join(folder, "quota.db")))

/** A connection past the store, which waits its turn while another process writes. */
export const connection = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(path, { timeout: 10_000 })),
    (database) => Effect.sync(() => database.close())
  )

/** One statement past the store, and its rows. */
export const run = (path: string, sql: string, parameters: Record<string, SQLInputValue> = {}) =>
  connection(path).pipe(
    Effect.map((database) => database.prepare(sql).all(parameters)),
    Effect.scoped
  )
