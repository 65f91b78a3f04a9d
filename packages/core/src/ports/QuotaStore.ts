import { Context, Schema } from "effect"
import type { DateTime, Effect, Option } from "effect"
import type { Account, CheckIn } from "../Account.ts"
import type { Audit } from "../Audit.ts"
import type { Fingerprint } from "../Fingerprint.ts"
import type { Backlog, Opening, Receipt, RefundReason, Spend, SpendRequest } from "../Spend.ts"
import type { TaskId } from "../TaskId.ts"

/**
 * The books: accounts and what they spent. Each method is one transaction, durable before it answers; the balance is
 * never negative; and always, for every account, balance = granted − open − settled spends.
 */
export class QuotaStore extends Context.Service<
  QuotaStore,
  {
    /** What this caller is called in the leases that it takes: no other process, and no other life of it, is called so. */
    readonly holder: string
    /** The account as it stands; an unknown one is empty. */
    status(fingerprint: Fingerprint): Effect.Effect<Account, QuotaUnavailable>
    /** Grants the day's credits, once a day. */
    checkIn(fingerprint: Fingerprint, checkIn: CheckIn): Effect.Effect<Account, QuotaUnavailable>
    /**
     * Takes one credit and opens the spend, if the account has fewer than `maxOpen` open ones. A repeat with the same hash
     * changes nothing and tells how the spend stands.
     */
    spend(request: SpendRequest, maxOpen?: number): Effect.Effect<Receipt, SpendError>
    find(id: TaskId): Effect.Effect<Option.Option<Spend>, QuotaUnavailable>
    /** As many of these as there are, in any order. */
    findAll(ids: ReadonlyArray<TaskId>): Effect.Effect<ReadonlyArray<Spend>, QuotaUnavailable>
    /**
     * Ends this opening of a spend with an image. The first end wins, and one that means an earlier opening than the
     * present one changes nothing; every caller gets the spend as it then stands.
     */
    settle(opening: Opening): Effect.Effect<Spend, QuotaUnavailable>
    /** Ends this opening of a spend without an image and gives its credit back, above the cap too; else as `settle`. */
    refund(opening: Opening, reason: RefundReason): Effect.Effect<Spend, QuotaUnavailable>
    /** Leases open spends that nobody follows to this caller, the longest unattended first, at most `limit`. */
    due(limit: number): Effect.Effect<ReadonlyArray<Spend>, QuotaUnavailable>
    /** Prolongs the leases that this caller still has; answers with those spends that it goes on following. */
    renew(ids: ReadonlyArray<TaskId>): Effect.Effect<ReadonlyArray<Spend>, QuotaUnavailable>
    /** Holds the books against the rule above, with what may be open no longer. */
    audit(openSince: DateTime.Utc): Effect.Effect<Audit, QuotaUnavailable>
    /** What is open now, followed or not. Cheap enough to be asked every few seconds. */
    readonly backlog: Effect.Effect<Backlog, QuotaUnavailable>
    /** Counts spends that ended before this time into their accounts and forgets them, at most `limit`; answers how many. */
    fold(endedBefore: DateTime.Utc, limit: number): Effect.Effect<number, QuotaUnavailable>
  }
>()("@scnmnt/core/ports/QuotaStore") {}

/** Why a credit was not taken. */
export type SpendError = InsufficientCredits | TooManyTasks | IdempotencyKeyReused | QuotaUnavailable

/** The account has no credit left. */
export class InsufficientCredits extends Schema.TaggedError<InsufficientCredits>()("InsufficientCredits", {}) {}

/** The account has as many tasks in flight as it may. */
export class TooManyTasks extends Schema.TaggedError<TooManyTasks>()("TooManyTasks", { limit: Schema.Int }) {}

/** The key already stands for another request. */
export class IdempotencyKeyReused extends Schema.TaggedError<IdempotencyKeyReused>()("IdempotencyKeyReused", {}) {}

/** The store can't be reached or failed; nothing was changed, or it can't be told. */
export class QuotaUnavailable extends Schema.TaggedError<QuotaUnavailable>()("QuotaUnavailable", {
  cause: Schema.Defect()
}) {}
