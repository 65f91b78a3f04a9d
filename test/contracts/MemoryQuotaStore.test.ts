import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { Effect } from "effect"
import * as QuotaStoreContract from "./QuotaStoreContract.ts"
import { nodeOf } from "./quota-store/TestBooks.ts"

QuotaStoreContract.suite(
  "memory",
  Effect.sync(() => {
    const memory = MemoryQuotaStore.empty()
    return {
      node: nodeOf(MemoryQuotaStore.layer(memory)),
      tamper: (fingerprint, balance) =>
        Effect.sync(() => {
          const account = memory.accounts.get(fingerprint)
          if (account !== undefined) memory.accounts.set(fingerprint, { ...account, balance })
        })
    }
  })
)
