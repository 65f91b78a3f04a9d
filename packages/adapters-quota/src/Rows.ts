import { Account, Day } from "@scnmnt/core/Account"
import { RefundReason, Spend, SpendState } from "@scnmnt/core/Spend"
import { TraceParent } from "@scnmnt/core/Tracing"
import { type DateTime, Schema, SchemaGetter } from "effect"

/** Rows are parsed here; statements write them, each column by itself. */
const readOnly = SchemaGetter.forbidden<never, unknown>(() => "a row is read only")

/** An account, of its row. */
export const AccountRow = Schema.Struct({
  fingerprint: Account.fields.fingerprint,
  balance: Account.fields.balance,
  granted: Account.fields.granted,
  settled_before: Account.fields.settledBefore,
  last_check_in: Schema.NullOr(Day)
}).pipe(
  Schema.decodeTo(Schema.toType(Account), {
    decode: SchemaGetter.transform(({ settled_before, last_check_in, ...same }): Account => ({
      ...same,
      settledBefore: settled_before,
      lastCheckIn: last_check_in ?? undefined
    })),
    encode: readOnly
  })
)

/** How many open spends an account has. */
export const OpenCount = Schema.Struct({ open: Schema.Int })

/** How many of an account's spends its row was selected with. */
export const Counts = Schema.Struct({ ...OpenCount.fields, settled: Schema.Int })

/** What is open, as one row of aggregates. */
export const BacklogRow = <Stored>(Time: Schema.Codec<DateTime.Utc, Stored>) =>
  Schema.Struct({ open: Schema.Int, oldest: Schema.OptionFromNullOr(Time) })

const spendColumns = <Stored>(Time: Schema.Codec<DateTime.Utc, Stored>) => ({
  task_id: Spend.fields.taskId,
  account: Spend.fields.account,
  request_hash: Spend.fields.requestHash,
  mode: Spend.fields.mode,
  size: Spend.fields.size,
  trace_parent: Schema.NullOr(TraceParent),
  opening: Spend.fields.opening,
  lease_holder: Schema.String,
  lease_until: Time,
  created_at: Time,
  updated_at: Time
})

/** A spend, of its row in a database that stores times like this. */
export const SpendRow = <Stored>(Time: Schema.Codec<DateTime.Utc, Stored>) =>
  Schema.Union([
    Schema.Struct({ ...spendColumns(Time), state: Schema.Literals(["Open", "Settled"]), reason: Schema.Null }),
    Schema.Struct({ ...spendColumns(Time), state: Schema.Literal("Refunded"), reason: RefundReason })
  ]).pipe(
    Schema.decodeTo(Schema.toType(Spend), {
      decode: SchemaGetter.transform((row): Spend => ({
        taskId: row.task_id,
        account: row.account,
        requestHash: row.request_hash,
        mode: row.mode,
        size: row.size,
        ...(row.trace_parent !== null && { traceParent: row.trace_parent }),
        state: row.state === "Refunded" ? SpendState.cases.Refunded.make({ reason: row.reason }) : { _tag: row.state },
        opening: row.opening,
        lease: { holder: row.lease_holder, until: row.lease_until },
        createdAt: row.created_at,
        updatedAt: row.updated_at
      })),
      encode: readOnly
    })
  )
