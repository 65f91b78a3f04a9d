import { Effect, Option, Schema, Stream } from "effect"
import { AccountRow, Counts } from "../Rows.ts"
import * as SqliteDriver from "./SqliteDriver.ts"
import * as Trouble from "./Trouble.ts"

/**
 * Every account with its spends counted, all as they were at one moment. It takes a connection of its own, whose view of
 * the books stands still while others write, and goes in steps, so that those who write get their turns.
 */
export const make = (path: string) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const database = yield* Effect.acquireRelease(
        Trouble.attempt(() => SqliteDriver.open(path, 0)),
        (database) => Effect.sync(() => database.close())
      )
      yield* countSpends(database)
      return accounts(database)
    })
  )

/** Fills a table of this connection alone with the spends of each account; what is open and settled has no index. */
const countSpends = Effect.fnUntraced(function* (database: SqliteDriver.Database) {
  yield* Trouble.attempt(() =>
    database.exec(
      "CREATE TEMP TABLE counts (account TEXT PRIMARY KEY, open INTEGER NOT NULL, settled INTEGER NOT NULL) WITHOUT ROWID"
    )
  )
  // What is read first is the moment that all the rest is of.
  yield* Trouble.attempt(() => database.exec("BEGIN"))
  const { first, last } = yield* Trouble.attempt(() =>
    decodeRange(database.prepare("SELECT min(rowid) AS first, max(rowid) AS last FROM spends").get())
  )
  const count = database.prepare(`
    INSERT INTO counts
    SELECT account, count(*) FILTER (WHERE state = 'Open'), count(*) FILTER (WHERE state = 'Settled')
    FROM spends WHERE rowid >= ? AND rowid < ?
    GROUP BY account
    ON CONFLICT (account) DO UPDATE SET open = open + excluded.open, settled = settled + excluded.settled`)
  for (let row = first ?? 1; row <= (last ?? 0); row += step) {
    yield* Trouble.attempt(() => count.run(row, row + step))
    if (row + step <= (last ?? 0)) yield* Effect.yieldNow
  }
})

/** Rows that are looked at in one go, which takes some milliseconds. */
const step = 5000

const accounts = (database: SqliteDriver.Database) => {
  const page = database.prepare(`
    SELECT accounts.*, coalesce(open, 0) AS open, coalesce(settled, 0) AS settled
    FROM accounts LEFT JOIN counts ON account = fingerprint
    WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?`)
  return Stream.paginate("", (after) =>
    Effect.gen(function* () {
      const holdings = yield* Trouble.attempt(() =>
        page.all(after, step).map((row) => ({ account: decodeAccount(row), ...decodeCounts(row) }))
      )
      const last = holdings[step - 1]
      if (last === undefined) return [holdings, Option.none()] as const
      yield* Effect.yieldNow
      return [holdings, Option.some<string>(last.account.fingerprint)] as const
    })
  )
}

const decodeRange = Schema.decodeUnknownSync(
  Schema.Struct({ first: Schema.NullOr(Schema.Int), last: Schema.NullOr(Schema.Int) })
)
const decodeAccount = Schema.decodeUnknownSync(AccountRow)
const decodeCounts = Schema.decodeUnknownSync(Counts)
