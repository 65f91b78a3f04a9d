import { closeSync, mkdirSync, openSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Effect } from "effect"
import { QuotaStoreNotOpened } from "../QuotaStoreNotOpened.ts"
import { migrate } from "./Migrations.ts"
import * as SqliteDriver from "./SqliteDriver.ts"

/** Opens the file for as long as the scope lasts, with its folder, itself and its tables made where they are missing. */
export const open = (path: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => openNow(resolve(path)),
      catch: (cause) => new QuotaStoreNotOpened({ store: path, cause })
    }),
    // The last connection to close writes the log back into the file.
    (database) => Effect.sync(() => database.close())
  )

const openNow = (path: string): SqliteDriver.Database => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite would let everyone read; its -wal and -shm files take over what the file allows.
  closeSync(openSync(path, "a", 0o600))
  const database = SqliteDriver.open(path, openTimeoutMillis)
  try {
    database.exec("PRAGMA journal_mode = WAL")
    database.exec("PRAGMA synchronous = FULL")
    migrate(database)
    // From here on waiting is GroupCommit's, which does not block the thread.
    database.exec("PRAGMA busy_timeout = 0")
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

const openTimeoutMillis = 5000
