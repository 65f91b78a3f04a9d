import * as PostgresQuotaStore from "@scnmnt/adapters-quota/PostgresQuotaStore"
import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect, Layer, Semaphore } from "effect"
import { databaseOn, optionsFor } from "../packages/adapters-quota/test/TemporaryDatabase.ts"
import { temporaryFile } from "../packages/adapters-quota/test/TemporaryFile.ts"

/** The stores that are compared, by what they are called; each is empty, or has accounts enough not to be crowded. */
export const make = (postgres: string) => {
  const postgresStore = PostgresQuotaStore.layer(optionsFor(databaseOn(postgres, "postgres")))
  return {
    memory: MemoryQuotaStore.layer(),
    "SQLite, a commit each": Layer.effect(QuotaStore, oneByOne).pipe(Layer.provide(sqlite)),
    "SQLite, grouped": sqlite,
    PostgreSQL: postgresStore,
    [oneAccount]: postgresStore
  }
}

/** Where all callers spend from the same account, and wait for each other at its row. */
export const oneAccount = "PostgreSQL, one account"

const sqlite = Layer.unwrap(Effect.map(temporaryFile, (path) => SqliteQuotaStore.layer({ path })))

/** Callers that come one after the other never meet in a commit. */
const oneByOne = Effect.gen(function* () {
  const store = yield* QuotaStore
  const { withPermit } = yield* Semaphore.make(1)
  return QuotaStore.of({ ...store, spend: (request) => withPermit(store.spend(request)) })
})
