import { Effect } from "effect"
import * as OneRowQuotaStore from "../../examples/core/OneRowQuotaStore.ts"
import { run, temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import * as QuotaStoreContract from "./QuotaStoreContract.ts"
import { nodeOf } from "./quota-store/TestBooks.ts"

// The example of a store that an app writes for itself keeps to the port as the project's own do.
QuotaStoreContract.suite(
  "the example's",
  Effect.map(temporaryFile, (path) => ({
    node: nodeOf(OneRowQuotaStore.layer(path)),
    tamper: (fingerprint, balance) => run(path, setBalance, { balance, fingerprint })
  }))
)

const setBalance = `
  UPDATE credits SET books = json_set(credits.books, account.fullkey || '.balance', :balance)
  FROM credits AS before, json_each(before.books, '$.accounts') AS account
  WHERE account.value ->> 'fingerprint' = :fingerprint`
