import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { Effect } from "effect"
import { run, temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import * as QuotaStoreContract from "./QuotaStoreContract.ts"
import { nodeOf } from "./quota-store/TestBooks.ts"

QuotaStoreContract.suite(
  "SQLite",
  Effect.map(temporaryFile, (path) => ({
    node: nodeOf(SqliteQuotaStore.layer({ path })),
    tamper: (fingerprint, balance) =>
      run(path, "UPDATE accounts SET balance = :balance WHERE fingerprint = :fingerprint", { balance, fingerprint })
  }))
)
