import * as Ledger from "@scnmnt/core/Ledger"
import { Effect } from "effect"
import * as GroupCommit from "./sqlite/GroupCommit.ts"
import * as Holdings from "./sqlite/Holdings.ts"
import * as SqliteBooks from "./sqlite/SqliteBooks.ts"
import * as SqliteFile from "./sqlite/SqliteFile.ts"
import * as Trouble from "./sqlite/Trouble.ts"

/** A quota store in one SQLite file, made if missing; several processes may share it. */
export const layer = ({ path }: { readonly path: string }) =>
  Ledger.layer(
    Effect.gen(function* () {
      const database = yield* SqliteFile.open(path)
      const books = SqliteBooks.make(database)
      return {
        transact: yield* GroupCommit.make(database, books),
        // A transaction is one step of the thread's: outside of it the connection sees what is committed, and all of it.
        read: (look) => Trouble.attempt(() => look(books)),
        holdings: Holdings.make(path)
      }
    })
  )
