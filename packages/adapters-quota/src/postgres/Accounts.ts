import * as CreditMetrics from "@scnmnt/core/CreditMetrics"
import * as Account from "@scnmnt/core/Account"
import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Effect, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import { AccountRow } from "../Rows.ts"

/** The account as it stands; an unknown one is empty. */
export const status = (sql: SqlClient.SqlClient, fingerprint: Fingerprint) =>
  Effect.flatMap(sql`SELECT * FROM accounts WHERE fingerprint = ${fingerprint}`, ([row]) =>
    row === undefined ? Effect.succeed(Account.empty(fingerprint)) : decode(row)
  )

/**
 * Grants the day's credits, as `Account.checkIn` has it. `ON CONFLICT` waits for whoever else is at the account and goes
 * by what they left: of many at the same time one grants, and the others write nothing and look again.
 */
export const checkIn = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  fingerprint: Fingerprint,
  { day, grant, cap }: Account.CheckIn
) {
  const [row] = yield* sql`
    WITH before AS (
      SELECT granted FROM accounts WHERE fingerprint = ${fingerprint}
    ),
    checked_in AS (
      INSERT INTO accounts AS account (fingerprint, balance, granted, settled_before, last_check_in)
      SELECT ${fingerprint}, credits, credits, 0, ${day}::date
      FROM (SELECT least(${grant}::integer, ${cap}::integer) AS credits) AS new_account
      WHERE credits > 0
      ON CONFLICT (fingerprint) DO UPDATE SET
        balance = account.balance + least(${grant}::integer, ${cap}::integer - account.balance),
        granted = account.granted + least(${grant}::integer, ${cap}::integer - account.balance),
        last_check_in = excluded.last_check_in
      WHERE account.balance < ${cap}::integer
        AND (account.last_check_in IS NULL OR account.last_check_in < excluded.last_check_in)
      RETURNING *
    )
    SELECT *, granted - coalesce((SELECT granted FROM before), 0) AS credits FROM checked_in`
  if (row === undefined) return yield* status(sql, fingerprint)
  const { credits } = yield* decodeGrant(row)
  yield* CreditMetrics.checkedIn(credits)
  return yield* decode(row)
})

const decode = Schema.decodeUnknownEffect(AccountRow)
const decodeGrant = Schema.decodeUnknownEffect(Schema.Struct({ credits: Schema.Int }))
