import * as Leaseholder from "@scnmnt/core/Leaseholder"
import { QuotaStore, QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import * as QuotaStoreFailures from "@scnmnt/core/QuotaStoreFailures"
import { SpendState } from "@scnmnt/core/Spend"
import { DateTime, Effect, Layer, Schedule } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import * as Accounts from "./postgres/Accounts.ts"
import * as Bookkeeping from "./postgres/Bookkeeping.ts"
import * as Database from "./postgres/Database.ts"
import * as EndSpend from "./postgres/EndSpend.ts"
import * as Leases from "./postgres/Leases.ts"
import { migrate } from "./postgres/Migrations.ts"
import * as OpenSpend from "./postgres/OpenSpend.ts"
import * as PostgresUrl from "./PostgresUrl.ts"
import * as SpendRows from "./postgres/SpendRows.ts"
import * as Trouble from "./postgres/Trouble.ts"
import { QuotaStoreNotOpened } from "./QuotaStoreNotOpened.ts"

/** A quota store in a PostgreSQL database, which any number of nodes may share. */
export const layer = (options: Database.Options) =>
  Layer.effect(
    QuotaStore,
    Effect.gen(function* () {
      const database = yield* opened(options)
      return make(database, yield* Leaseholder.make)
    })
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))

const opened = Effect.fnUntraced(
  function* (options: Database.Options) {
    const database = yield* Database.open(options)
    yield* migrate.pipe(
      Effect.provideService(SqlClient.SqlClient, database.sql),
      Effect.retry({ while: Trouble.isComing, schedule: untilItIsThere })
    )
    return database
  },
  (effect, { url }) =>
    Effect.mapError(
      effect,
      (cause) => new QuotaStoreNotOpened({ store: PostgresUrl.describe(url), cause: Trouble.reason(cause) })
    )
)

/** A database that is restarted together with its nodes may come after them. */
const untilItIsThere = Schedule.spaced("250 millis").pipe(Schedule.upTo({ duration: "5 seconds" }))

/** The ledger's rules in SQL: the same contract holds them and `Ledger`. */
const make = ({ run, sql }: Database.Database, holder: Leaseholder.Leaseholder): QuotaStore["Service"] => {
  // What is counted when it is done is counted even if its caller leaves, who waits for it therefore.
  const booked: typeof run = (statement) => Effect.uninterruptible(run(statement))
  const end = (opening: Parameters<typeof EndSpend.end>[1], state: SpendState) =>
    Effect.flatMap(DateTime.now, (now) => booked(EndSpend.end(sql, opening, state, now)))
  return QuotaStoreFailures.observed({
    holder: holder.name,
    status: (fingerprint) => run(Accounts.status(sql, fingerprint)),
    checkIn: (fingerprint, day) => booked(Accounts.checkIn(sql, fingerprint, day)),
    spend: (request, maxOpen = Infinity) =>
      Effect.flatMap(DateTime.now, (now) =>
        booked(OpenSpend.open(sql, request, maxOpen, Leaseholder.lease(holder, now), now))
      ).pipe(Effect.flatMap(Effect.fromResult)),
    find: (id) => run(SpendRows.find(sql, id)),
    findAll: (ids) => run(SpendRows.findAll(sql, ids)),
    settle: (opening) => end(opening, SpendState.cases.Settled.make({})),
    refund: (opening, reason) => end(opening, SpendState.cases.Refunded.make({ reason })),
    due: (limit) =>
      Effect.flatMap(DateTime.now, (now) => run(Leases.due(sql, limit, Leaseholder.lease(holder, now), now))),
    renew: (ids) => Effect.flatMap(DateTime.now, (now) => run(Leases.renew(sql, ids, Leaseholder.lease(holder, now)))),
    // It reads every account there is, which takes the time that it takes.
    audit: (openSince) =>
      Effect.mapError(Bookkeeping.audit(sql, openSince), (cause) => new QuotaUnavailable({ cause })),
    backlog: run(Bookkeeping.backlog(sql)),
    fold: (before, limit) => run(Bookkeeping.fold(sql, before, limit))
  })
}
