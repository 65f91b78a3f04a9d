import { DateTime, Effect, Layer, Option, Result, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Account from "./Account.ts"
import * as Audit from "./Audit.ts"
import * as CreditMetrics from "./CreditMetrics.ts"
import type { Fingerprint } from "./Fingerprint.ts"
import * as Leaseholder from "./Leaseholder.ts"
import * as QuotaStoreFailures from "./QuotaStoreFailures.ts"
import {
  IdempotencyKeyReused,
  InsufficientCredits,
  QuotaStore,
  type QuotaUnavailable,
  TooManyTasks
} from "./ports/QuotaStore.ts"
import {
  type Backlog,
  canReopen,
  SpendState,
  type Lease,
  type Opening,
  type Receipt,
  type Spend,
  type SpendRequest
} from "./Spend.ts"
import type { TaskId } from "./TaskId.ts"

/** What can be seen of a store that can be read at once: maps, or an embedded database. */
export interface Sight {
  account(fingerprint: Fingerprint): Account.Account | undefined
  spend(id: TaskId): Spend | undefined
  /** Open spends that were opened before this time. */
  openSince(before: DateTime.Utc): ReadonlyArray<Spend>
  backlog(): Backlog
}

/** One transaction's sight of a store that can be written at once too. */
export interface Books extends Sight {
  putAccount(account: Account.Account): void
  putSpend(spend: Spend): void
  removeSpend(id: TaskId): void
  /** How many open spends an account has. */
  openOf(fingerprint: Fingerprint): number
  /** Open spends whose lease ran out before this time, the earliest first. */
  unattended(before: DateTime.Utc, limit: number): ReadonlyArray<Spend>
  /** Settled and refunded spends that ended before this time. */
  ended(before: DateTime.Utc, limit: number): ReadonlyArray<Spend>
}

/** Whatever keeps books. */
export interface Bookkeeper {
  readonly transact: Transact
  /** Looks at one thing in the books as they stand, with all that was written by transactions that succeeded. */
  read<A>(look: (sight: Sight) => A): Effect.Effect<A, QuotaUnavailable>
  /** Every account with its spends counted, all at the same moment. */
  readonly holdings: Stream.Stream<Audit.Holdings, QuotaUnavailable>
}

/**
 * Runs the work as one transaction, alone on the books, durable before the effect succeeds. Work that fails has written
 * nothing; if it dies, or the store does, nothing of it may stay.
 */
export type Transact = <A, E>(work: (books: Books) => Result.Result<A, E>) => Effect.Effect<A, E | QuotaUnavailable>

/** A quota store of any such books, as a leaseholder of its own. */
export const layer = <E, R>(bookkeeper: Effect.Effect<Bookkeeper, E, R>) =>
  Layer.effect(
    QuotaStore,
    Effect.gen(function* () {
      return make(yield* bookkeeper, yield* Leaseholder.make)
    })
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))

/**
 * A quota store of any such books: every rule of a credit's life is here, the store only keeps. `holder` is this
 * process.
 */
export const make = (
  { transact, read, holdings }: Bookkeeper,
  holder: Leaseholder.Leaseholder
): QuotaStore["Service"] => {
  const at = <A, E>(work: (books: Books, now: DateTime.Utc) => Result.Result<A, E>) =>
    Effect.flatMap(DateTime.now, (now) => transact((books) => work(books, now)))
  const lease = (now: DateTime.Utc) => Leaseholder.lease(holder, now)
  return QuotaStoreFailures.observed({
    holder: holder.name,
    status: (fingerprint) => read((sight) => accountOf(sight, fingerprint)),
    checkIn: (fingerprint, day) => booked(transact((books) => Result.succeed(checkIn(books, fingerprint, day)))),
    spend: (request, maxOpen = Infinity) => booked(at((books, now) => open(books, request, maxOpen, now, lease(now)))),
    find: (id) => read((sight) => Option.fromUndefinedOr(sight.spend(id))),
    findAll: (ids) => read((sight) => spendsOf(sight, ids)),
    settle: (opening) =>
      booked(at((books, now) => Result.succeed(end(books, opening, SpendState.cases.Settled.make({}), now)))),
    refund: (opening, reason) =>
      booked(at((books, now) => Result.succeed(end(books, opening, SpendState.cases.Refunded.make({ reason }), now)))),
    due: (limit) => at((books, now) => Result.succeed(follow(books, books.unattended(now, limit), lease(now)))),
    renew: (ids) => at((books, now) => Result.succeed(follow(books, heldBy(books, holder.name, ids), lease(now)))),
    audit: (openSince) =>
      Effect.flatMap(
        read((sight) => sight.openSince(openSince).map(({ taskId }) => taskId)),
        (overdue) => Stream.runFold(holdings, () => ({ ...Audit.empty, overdue }), Audit.add)
      ),
    backlog: read((sight) => sight.backlog()),
    fold: (before, limit) => transact((books) => Result.succeed(fold(books, books.ended(before, limit))))
  })
}

/** An answer, and what is to be counted once the transaction that brought it is durable. */
interface Booked<A> {
  readonly answer: A
  readonly count: Effect.Effect<void>
}

/** A transaction goes on when its caller has left: so does its count. */
const booked = <A, E>(transaction: Effect.Effect<Booked<A>, E>): Effect.Effect<A, E> =>
  Effect.uninterruptible(Effect.flatMap(transaction, ({ answer, count }) => Effect.as(count, answer)))

const accountOf = (books: Sight, fingerprint: Fingerprint) => books.account(fingerprint) ?? Account.empty(fingerprint)

const checkIn = (books: Books, fingerprint: Fingerprint, day: Account.CheckIn): Booked<Account.Account> => {
  const before = accountOf(books, fingerprint)
  const after = Account.checkIn(before, day)
  if (after !== before) books.putAccount(after)
  return { answer: after, count: CreditMetrics.checkedIn(after.granted - before.granted) }
}

/**
 * What a request is told that takes no credit, as things stand: its spend is there already, its key stands for another
 * request, or nothing can pay for it. None if it takes one, should there be room for another task.
 */
export const unopened = (
  request: SpendRequest,
  before: Spend | undefined,
  balance: number
): Option.Option<Result.Result<Receipt, InsufficientCredits | IdempotencyKeyReused>> => {
  if (before !== undefined && (before.requestHash !== request.requestHash || before.account !== request.account)) {
    return Option.some(Result.fail(new IdempotencyKeyReused()))
  }
  if (before !== undefined && !canReopen(before)) {
    return Option.some(Result.succeed({ spend: before, balance, opened: false }))
  }
  return balance < 1 ? Option.some(Result.fail(new InsufficientCredits())) : Option.none()
}

const open = (
  books: Books,
  request: SpendRequest,
  maxOpen: number,
  now: DateTime.Utc,
  lease: Lease
): Result.Result<Booked<Receipt>, InsufficientCredits | TooManyTasks | IdempotencyKeyReused> => {
  const account = accountOf(books, request.account)
  const before = books.spend(request.taskId)
  const known = unopened(request, before, account.balance)
  if (Option.isSome(known)) {
    return Result.map(known.value, (answer) => ({ answer, count: Effect.void }))
  }
  if (maxOpen < Infinity && books.openOf(request.account) >= maxOpen) {
    return Result.fail(new TooManyTasks({ limit: maxOpen }))
  }
  const balance = account.balance - 1
  const spend: Spend = {
    ...request,
    state: SpendState.cases.Open.make({}),
    opening: (before?.opening ?? 0) + 1,
    lease,
    createdAt: now,
    updatedAt: now
  }
  books.putAccount({ ...account, balance })
  books.putSpend(spend)
  return Result.succeed({ answer: { spend, balance, opened: true }, count: CreditMetrics.opened(spend) })
}

const end = (books: Books, { taskId, opening }: Opening, state: SpendState, now: DateTime.Utc): Booked<Spend> => {
  const before = books.spend(taskId)
  if (before === undefined) {
    throw new Error(`no spend ${taskId} to end`)
  }
  if (before.state._tag !== "Open" || before.opening !== opening) {
    return { answer: before, count: Effect.void }
  }
  const ended: Spend = { ...before, state, updatedAt: now }
  books.putSpend(ended)
  if (state._tag === "Refunded") {
    const account = accountOf(books, before.account)
    books.putAccount({ ...account, balance: account.balance + 1 })
  }
  return { answer: ended, count: CreditMetrics.ended(ended) }
}

const spendsOf = (books: Sight, ids: ReadonlyArray<TaskId>) =>
  ids.flatMap((id) => {
    const spend = books.spend(id)
    return spend === undefined ? [] : [spend]
  })

const heldBy = (books: Books, holder: string, ids: ReadonlyArray<TaskId>) =>
  spendsOf(books, ids).filter(({ lease, state }) => state._tag === "Open" && lease.holder === holder)

const follow = (books: Books, spends: ReadonlyArray<Spend>, lease: Lease) => {
  const followed = spends.map((spend): Spend => ({ ...spend, lease }))
  followed.forEach((spend) => books.putSpend(spend))
  return followed
}

const fold = (books: Books, spends: ReadonlyArray<Spend>) => {
  for (const spend of spends) {
    if (spend.state._tag === "Settled") {
      const account = accountOf(books, spend.account)
      books.putAccount({ ...account, settledBefore: account.settledBefore + 1 })
    }
    books.removeSpend(spend.taskId)
  }
  return spends.length
}
