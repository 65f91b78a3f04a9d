import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import { Effect } from "effect"
import { onServer, optionsFor, run } from "../../packages/adapters-quota/test/TemporaryDatabase.ts"
import * as QuotaStoreContract from "./QuotaStoreContract.ts"
import { nodeOf } from "./quota-store/TestBooks.ts"

const emptyDatabase = onServer()

QuotaStoreContract.suite(
  "PostgreSQL",
  Effect.map(emptyDatabase, (url) => ({
    node: nodeOf(PostgresQuotaStore.layer(optionsFor(url))),
    tamper: (fingerprint, balance) =>
      Effect.orDie(run(url, "UPDATE accounts SET balance = $1 WHERE fingerprint = $2", [balance, fingerprint]))
  }))
)
