import * as Leaseholder from "@scnmnt/core/Leaseholder"
import * as Ledger from "@scnmnt/core/Ledger"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import * as GroupCommit from "./sqlite/GroupCommit.ts"
import * as SqliteFile from "./sqlite/SqliteFile.ts"

/** A quota store in one SQLite file, made if missing; several processes may share it. */
export const layer = ({ path }: { readonly path: string }) =>
  Layer.effect(
    QuotaStore,
    Effect.gen(function* () {
      const database = yield* SqliteFile.open(path)
      return Ledger.make(yield* GroupCommit.make(database), yield* Leaseholder.make)
    })
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))
