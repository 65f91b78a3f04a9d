import { Effect } from "effect"
import { connection } from "../packages/adapters-quota/test/TemporaryFile.ts"
import { accounts } from "./Orders.ts"

const batch = 10_000

/** Writes so many spends of the past into the books of a service that runs, past it: orders would take hours. */
export const write = Effect.fnUntraced(function* (storePath: string, spends: number) {
  const database = yield* connection(storePath)
  database.exec("PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000")
  const insert = database.prepare(`
    INSERT INTO spends (
      task_id, account, request_hash, mode, size, state, opening, lease_holder, lease_until, created_at, updated_at
    )
    WITH RECURSIVE numbers (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${batch - 1})
    SELECT
      lower(printf('%s-%s-4%s-8%s-%s',
        hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2), substr(hex(randomblob(2)), 2), hex(randomblob(6)))),
      'account-of-the-bench-' || (number % ${accounts.length}),
      lower(hex(randomblob(32))), 'text', '1:1', 'Settled', 1, '', 0, :now, :now
    FROM numbers`)
  for (let written = 0; written < spends; written += batch) {
    yield* Effect.sync(() => insert.run({ now: Date.now() }))
  }
  // As the books have it: balance = granted − open − settled.
  database.prepare("UPDATE accounts SET granted = granted + ?").run(spends / accounts.length)
  // What is measured next begins with no log to work off.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
}, Effect.scoped)
