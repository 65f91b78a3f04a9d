import * as SqliteQuotaStore from "@scnmnt/adapters-quota/SqliteQuotaStore"
import { Day } from "@scnmnt/core/Account"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Data, Effect, Schedule, Schema } from "effect"
import * as TemporaryDatabase from "../../packages/adapters-quota/test/TemporaryDatabase.ts"
import { run } from "../../packages/adapters-quota/test/TemporaryFile.ts"

/** A spend as its row says. */
const Row = Schema.Struct({
  id: Schema.String,
  account: Schema.String,
  state: Schema.Literals(["Open", "Settled", "Refunded"]),
  reason: Schema.NullOr(Schema.String)
})
export type Row = typeof Row.Type

const everySpend = "SELECT task_id AS id, account, state, reason FROM spends"
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Every spend in the file, read past the store. */
export const spends = (path: string) => Effect.orDie(Effect.flatMap(run(path, everySpend), decodeRows))

/** Every spend in the database, read past the store. */
export const spendsOf = (url: string) =>
  Effect.orDie(Effect.flatMap(TemporaryDatabase.run(url, everySpend), decodeRows))

/** Gives each account this many credits. */
export const fund = (path: string, accounts: Iterable<string>, credits: number) =>
  QuotaStore.use((store) =>
    Effect.forEach(accounts, (account) =>
      store.checkIn(Fingerprint.make(account), { day: Day.make("2026-11-23"), grant: credits, cap: credits })
    )
  ).pipe(Effect.provide(SqliteQuotaStore.layer({ path })))

/** What half a minute after a process' death brings about: what it had leased is anybody's. */
export const expireLeases = (path: string) => run(path, "UPDATE spends SET lease_until = 0 WHERE state = 'Open'")

/** The same, for these tasks only. */
export const expireLeasesOf = (path: string, ids: ReadonlyArray<string>) =>
  run(path, "UPDATE spends SET lease_until = 0 WHERE task_id IN (SELECT value FROM json_each(:ids))", {
    ids: JSON.stringify(ids)
  })

/** Spends that should have ended long ago. */
export class StillOpen extends Data.TaggedError("StillOpen")<{ readonly ids: ReadonlyArray<string> }> {
  override get message(): string {
    return this.ids.join(", ")
  }
}

/** Waits until every spend has ended. */
export const awaitEnds = Effect.fnUntraced(
  function* (spends: Effect.Effect<ReadonlyArray<Row>>) {
    const open = (yield* spends).filter(({ state }) => state === "Open")
    if (open.length > 0) {
      return yield* new StillOpen({ ids: open.map(({ id }) => id) })
    }
  },
  Effect.retry(Schedule.spaced("100 millis").pipe(Schedule.upTo({ duration: "45 seconds" })))
)
