import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { Effect } from "effect"
import { nodeOf } from "../contracts/quota-store/TestBooks.ts"
import * as histories from "./histories.ts"

histories.suite(
  "memory, first half",
  { count: 5000 },
  Effect.sync(() => nodeOf(MemoryQuotaStore.layer(MemoryQuotaStore.empty())))
)
