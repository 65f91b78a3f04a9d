import { Context, DateTime, Duration, Option, Result } from "effect"
import type { LookUpError, UpstreamTask } from "./ports/ImageUpstream.ts"
import * as SpendEnding from "./SpendEnding.ts"
import { type Spend, SpendState } from "./Spend.ts"

/** How open spends are followed. */
export const WatchPolicy = Context.Reference<{
  /** How often a young task is looked up; an old one up to 15 times less often. */
  readonly pollInterval: Duration.Duration
  /** How long the upstream may not know a task before it counts as lost. */
  readonly missingGrace: Duration.Duration
  /** How old an open spend may grow, by our clock. */
  readonly deadline: Duration.Duration
  /** How long a spend is its follower's alone, and so the longest that a dead process keeps others from taking it up. */
  readonly lease: Duration.Duration
}>("@scnmnt/core/WatchPolicy", {
  defaultValue: () => ({
    pollInterval: Duration.seconds(2),
    missingGrace: Duration.seconds(60),
    deadline: Duration.minutes(30),
    lease: Duration.seconds(30)
  })
})
export type WatchPolicy = typeof WatchPolicy.Service

/** What a look-up brought. */
export type Sighting = Result.Result<Option.Option<UpstreamTask>, LookUpError>

/** What the look-ups of a task have brought so far. */
export interface History {
  /** Whether the upstream ever knew it. */
  readonly seen: boolean
  /** The look-ups in a row that found nothing, up to now. */
  readonly absence: { readonly since: DateTime.Utc; readonly lookUps: number } | undefined
  /** The look-ups in a row that failed, up to now. */
  readonly unanswered: number
}

/** A task that was not looked up yet. */
export const unseen: History = { seen: false, absence: undefined, unanswered: 0 }

/** The history with one more look-up. One that failed tells nothing of the task. */
export const remember = (history: History, sighting: Sighting, now: DateTime.Utc): History => {
  if (Result.isFailure(sighting)) return { ...history, unanswered: history.unanswered + 1 }
  if (Option.isSome(sighting.success)) return { seen: true, absence: undefined, unanswered: 0 }
  const { absence, seen } = history
  return { seen, absence: { since: absence?.since ?? now, lookUps: (absence?.lookUps ?? 0) + 1 }, unanswered: 0 }
}

/** Where a spend stands after a look-up, its history included: still open, or at the end that its task has come to. */
export const judge = (
  policy: WatchPolicy,
  spend: Spend,
  sighting: Sighting,
  { absence, seen, unanswered }: History,
  now: DateTime.Utc
): SpendState => {
  const told = Result.isSuccess(sighting) ? Option.map(sighting.success, SpendEnding.decide) : Option.none()
  if (Option.isSome(told) && told.value._tag !== "Open") {
    return told.value
  }
  if (absence !== undefined && absence.lookUps >= 2 && hasPassed(absence.since, policy.missingGrace, now)) {
    return SpendState.cases.Refunded.make({ reason: seen ? "missing" : "not-accepted" })
  }
  // After a downtime everything may be overdue: one look-up that fails is not enough to give up an image.
  const hasSpoken = Result.isSuccess(sighting) || unanswered >= 2
  return hasSpoken && isOverdue(policy, spend, now)
    ? SpendState.cases.Refunded.make({ reason: "timed-out" })
    : SpendState.cases.Open.make({})
}

/** A spend, and when its task was last looked up and asked for. */
interface Attended {
  readonly spend: Spend
  readonly lookedUpAt: DateTime.Utc | undefined
  readonly askedAt: DateTime.Utc | undefined
}

/**
 * Whether it is time to look a task up again: a young one at every interval, an old one less often, one that a client
 * asked for lately as often as a young one, and one past its deadline at once.
 */
export const isDue = (policy: WatchPolicy, { askedAt, lookedUpAt, spend }: Attended, now: DateTime.Utc): boolean => {
  if (lookedUpAt === undefined || isOverdue(policy, spend, now)) return true
  const pause = isRecent(askedAt, now) ? policy.pollInterval : interval(policy, spend, now)
  return isRoundAfter(policy, lookedUpAt, pause, now)
}

/**
 * Whether it is time to look up a task that another process follows. Its end comes by the books, so that this is for
 * those alone who ask here how far it is: at first sight, and then each time that it has grown twice as old.
 */
export const isDueElsewhere = (
  policy: WatchPolicy,
  { askedAt, lookedUpAt, spend }: Attended,
  now: DateTime.Utc
): boolean => isRecent(askedAt, now) && !isFresh(policy, spend, lookedUpAt, now)

/** Whether the last look-up of a task is still good, where another process follows it. */
export const isFresh = (
  policy: WatchPolicy,
  { createdAt }: Spend,
  lookedUpAt: DateTime.Utc | undefined,
  now: DateTime.Utc
): boolean => {
  if (lookedUpAt === undefined) return false
  const age = DateTime.distance(createdAt, lookedUpAt)
  return !isRoundAfter(policy, lookedUpAt, Duration.clamp(age, bounds(policy)), now)
}

/** Whether somebody else follows a spend: its lease is another's, and has not run out. */
export const isElsewhere = ({ lease }: Spend, holder: string, now: DateTime.Utc): boolean =>
  lease.holder !== holder && DateTime.isLessThan(now, lease.until)

/** Half an interval early still counts: rounds don't come to the millisecond, and this one may be the nearest. */
const isRoundAfter = (policy: WatchPolicy, last: DateTime.Utc, pause: Duration.Duration, now: DateTime.Utc) =>
  hasPassed(last, Duration.subtract(pause, Duration.divideUnsafe(policy.pollInterval, 2)), now)

/** Whether a client asked just now, and so is likely to ask again. */
export const isRecent = (askedAt: DateTime.Utc | undefined, now: DateTime.Utc): boolean =>
  askedAt !== undefined && !hasPassed(askedAt, Duration.seconds(15), now)

/** The pause between two look-ups of a task: a fifteenth of its age, within bounds. */
export const interval = (policy: WatchPolicy, { createdAt }: Spend, now: DateTime.Utc): Duration.Duration =>
  Duration.clamp(Duration.divideUnsafe(DateTime.distance(createdAt, now), growth), bounds(policy))

const growth = 15
const bounds = ({ pollInterval }: WatchPolicy) => ({
  minimum: pollInterval,
  maximum: Duration.times(pollInterval, growth)
})

/** The pause after this many rounds in which the upstream answered nothing at all. */
export const backOff = ({ pollInterval }: WatchPolicy, blindRounds: number): Duration.Duration =>
  Duration.times(pollInterval, Math.min(growth, 2 ** blindRounds))

/** When the spends were opened that must have ended by now: their deadline and the longest pause between look-ups ago. */
export const endedByNow = ({ deadline, pollInterval }: WatchPolicy, now: DateTime.Utc): DateTime.Utc =>
  DateTime.subtractDuration(now, Duration.sum(deadline, Duration.times(pollInterval, growth)))

/** Whether a spend has grown too old to stay open. */
export const isOverdue = ({ deadline }: WatchPolicy, { createdAt }: Spend, now: DateTime.Utc): boolean =>
  hasPassed(createdAt, deadline, now)

const hasPassed = (since: DateTime.Utc, time: Duration.Duration, now: DateTime.Utc) =>
  DateTime.isGreaterThanOrEqualTo(now, DateTime.addDuration(since, time))
