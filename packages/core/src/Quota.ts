import { Context, DateTime, Effect } from "effect"
import * as Account from "./Account.ts"
import type { Fingerprint } from "./Fingerprint.ts"
import { QuotaStore } from "./ports/QuotaStore.ts"
import * as Tracing from "./Tracing.ts"

/** How credits are granted: by itself 10 a day up to 100, the day being UTC's. */
export const QuotaPolicy = Context.Reference<{
  /** Credits that a check-in brings, once a day. */
  readonly dailyGrant: number
  /** Credits up to which it brings them. */
  readonly cap: number
  /** Whose midnight begins the day. */
  readonly timeZone: DateTime.TimeZone
}>("@scnmnt/core/QuotaPolicy", {
  defaultValue: () => ({ dailyGrant: 10, cap: 100, timeZone: DateTime.zoneMakeOffset(0) })
})

/** An account as its owner sees it. */
export interface QuotaStatus {
  readonly balance: number
  /** Whether today's credits were had. */
  readonly signedToday: boolean
  readonly cap: number
  readonly dailyGrant: number
}

/** How an account stands today. */
export const status = Effect.fnUntraced(function* (fingerprint: Fingerprint) {
  const store = yield* QuotaStore
  return yield* seenToday(yield* store.status(fingerprint))
}, Tracing.span("Quota.status"))

/** Grants today's credits, if they were not had and the cap leaves room. */
export const checkIn = Effect.fnUntraced(function* (fingerprint: Fingerprint) {
  const store = yield* QuotaStore
  const { dailyGrant, cap } = yield* QuotaPolicy
  const account = yield* store.checkIn(fingerprint, { day: yield* today, grant: dailyGrant, cap })
  return yield* seenToday(account)
}, Tracing.span("Quota.checkIn"))

const today = Effect.gen(function* () {
  const { timeZone } = yield* QuotaPolicy
  const now = yield* DateTime.now
  return Account.Day.make(DateTime.formatIsoDate(DateTime.setZone(now, timeZone)))
})

const seenToday = Effect.fnUntraced(function* (account: Account.Account) {
  const { dailyGrant, cap } = yield* QuotaPolicy
  const signedToday = Account.hasCheckedIn(account, yield* today)
  return { balance: account.balance, signedToday, cap, dailyGrant } satisfies QuotaStatus
})
