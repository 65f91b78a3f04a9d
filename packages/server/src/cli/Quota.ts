import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Effect, type Option } from "effect"
import { Command } from "effect/cli"
import type { QuotaStatus } from "../api/QuotaApi.ts"
import { type Account, Client } from "../client/Client.ts"
import * as Flags from "./Flags.ts"
import * as Output from "./Output.ts"
import * as Session from "./Session.ts"

const parameters = { account: Flags.account, ...Flags.connection }

/** `scnmnt quota`: an account's credits. */
export const quota = Command.make("quota", parameters, (input) =>
  Session.run(input)(tell(input, (account) => Client.use(({ credits }) => credits(account))))
).pipe(Command.withDescription("Show an account's credits"))

/** `scnmnt check-in`: the day's credits. */
export const checkIn = Command.make("check-in", parameters, (input) =>
  Session.run(input)(tell(input, (account) => Client.use(({ checkIn }) => checkIn(account))))
).pipe(Command.withDescription("Have the day's credits granted, once a day, and show what there is"))

const tell = Effect.fnUntraced(function* <E, R>(
  { account: named, json }: Session.Connection & { readonly account: Option.Option<Fingerprint> },
  ask: (account: Account) => Effect.Effect<typeof QuotaStatus.Type, E, R>
) {
  const account = yield* Session.accountOf(named)
  const status = yield* ask(account)
  yield* Output.line(json ? JSON.stringify({ account, ...status }) : inWords(account, status))
})

const inWords = (account: Account, { balance, cap, dailyGrant, signedToday }: typeof QuotaStatus.Type) => {
  const today = signedToday
    ? "today's check-in is done"
    : balance < cap
      ? `scnmnt check-in brings up to ${dailyGrant} today`
      : `a check-in brings none from ${cap} on`
  return `${Session.counted(balance)} for ${account}; ${today}`
}
