import { join } from "node:path"
import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect, Layer, Semaphore } from "effect"
import { databaseOn, optionsFor } from "../packages/adapters-quota/test/TemporaryDatabase.ts"
import { dataFolder } from "./Machine.ts"

/** The stores that are compared, by what they are called; each is empty, or has accounts enough not to be crowded. */
export const make = (postgres: string) => {
  const postgresStore = PostgresQuotaStore.layer(optionsFor(databaseOn(postgres, "postgres")))
  return {
    [single]: Layer.effect(QuotaStore, oneByOne).pipe(Layer.provide(sqlite)),
    [grouped]: sqlite,
    memory: MemoryQuotaStore.layer(),
    PostgreSQL: postgresStore,
    [oneAccount]: postgresStore
  }
}

/** SQLite without its group commit. */
export const single = "SQLite, a commit each"

export const grouped = "SQLite, grouped"

/** Where all callers spend from the same account, and wait for each other at its row. */
export const oneAccount = "PostgreSQL, one account"

const sqlite = Layer.unwrap(
  Effect.map(dataFolder, (folder) => SqliteQuotaStore.layer({ path: join(folder, "quota.db") }))
)

/** Callers that come one after the other never meet in a commit. */
const oneByOne = Effect.gen(function* () {
  const store = yield* QuotaStore
  const { withPermit } = yield* Semaphore.make(1)
  return QuotaStore.of({ ...store, spend: (request) => withPermit(store.spend(request)) })
})
