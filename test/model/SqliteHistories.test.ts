import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { Effect } from "effect"
import { temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import { nodeOf } from "../contracts/quota-store/TestBooks.ts"
import * as histories from "./histories.ts"

histories.suite(
  "SQLite",
  { count: 200 },
  Effect.map(temporaryFile, (path) => nodeOf(SqliteQuotaStore.layer({ path })))
)
