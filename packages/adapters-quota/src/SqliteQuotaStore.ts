import * as Ledger from "@scnmnt/core/Ledger"
import { Effect } from "effect"
import * as GroupCommit from "./sqlite/GroupCommit.ts"
import * as SqliteFile from "./sqlite/SqliteFile.ts"

/** A quota store in one SQLite file, made if missing; several processes may share it. */
export const layer = ({ path }: { readonly path: string }) =>
  Ledger.layer(Effect.flatMap(SqliteFile.open(path), GroupCommit.make))
