import { Schema } from "effect"
import { Fingerprint } from "./Fingerprint.ts"

/** A calendar day, `2026-11-23`: such days sort as text. */
export const Day = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/)).pipe(Schema.brand("Day"))
export type Day = typeof Day.Type

const Credits = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** What the books say of an account. */
export const Account = Schema.Struct({
  fingerprint: Fingerprint,
  /** Credits to spend; may exceed the cap, which limits check-in only. */
  balance: Credits,
  /** All credits ever granted. */
  granted: Credits,
  /** Settled spends that are too old to be kept one by one. */
  settledBefore: Credits,
  /** The day of the last check-in that granted something. */
  lastCheckIn: Schema.optional(Day)
})
export type Account = typeof Account.Type

/** A day's grant, as the service's policy has it. */
export interface CheckIn {
  readonly day: Day
  /** Credits that a check-in brings. */
  readonly grant: number
  /** Credits up to which it brings them. */
  readonly cap: number
}

/** An account that nobody has used yet. */
export const empty = (fingerprint: Fingerprint): Account => ({ fingerprint, balance: 0, granted: 0, settledBefore: 0 })

/** Whether the day's credits were had. A clock that moves back does not bring a second day's. */
export const hasCheckedIn = (account: Account, day: Day): boolean =>
  account.lastCheckIn !== undefined && account.lastCheckIn >= day

/** The account after a check-in. At the cap it brings nothing and does not use up the day. */
export const checkIn = (account: Account, { day, grant, cap }: CheckIn): Account => {
  const credits = Math.min(grant, cap - account.balance)
  return hasCheckedIn(account, day) || credits <= 0
    ? account
    : { ...account, balance: account.balance + credits, granted: account.granted + credits, lastCheckIn: day }
}
