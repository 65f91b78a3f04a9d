import type { Books, Transact } from "@scnmnt/core/Ledger"
import type { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Deferred, Effect, Exit, Fiber, Queue } from "effect"
import type { Cause, Result } from "effect"
import type * as SqliteDriver from "./SqliteDriver.ts"
import * as Transaction from "./Transaction.ts"
import * as Trouble from "./Trouble.ts"

/**
 * Transactions on a database. Those that wait at the same time share one commit, and so one sync of the disk; one that
 * comes alone waits for nobody. Interrupting a caller does not stop its work half-way: it is done all the same.
 */
export const make = Effect.fnUntraced(function* (database: SqliteDriver.Database, books: Books) {
  const jobs = yield* Queue.unbounded<Transaction.Job, Cause.Done>()
  const commit = Transaction.prepare(database, books)
  // One step with no fiber switch in it, so that no other store of this process ever meets its lock.
  const commitWaiting = Effect.try({
    try: () => commit(() => takeWaiting(jobs, largestGroup)),
    catch: Trouble.unavailable
  }).pipe(
    Effect.retry(Trouble.whileBusy),
    Effect.catch((error) => Effect.sync(() => refuse(takeWaiting(jobs, Infinity), error)))
  )
  const committing = yield* Queue.peek(jobs).pipe(
    Effect.andThen(commitWaiting),
    Effect.forever,
    Effect.ignore,
    Effect.forkScoped
  )
  // Comes before the fiber's interruption and the file's closing, so that all who wait still get their answer.
  yield* Effect.addFinalizer(() => Effect.andThen(Queue.end(jobs), Fiber.await(committing)))
  const transact: Transact = (work) =>
    Effect.suspend(() => {
      const { job, answer } = jobOf(work)
      return Queue.offerUnsafe(jobs, job) ? answer : Effect.fail(Trouble.unavailable(new Error("the store is closed")))
    })
  return transact
})

const jobOf = <A, E>(work: (books: Books) => Result.Result<A, E>) => {
  const answer = Deferred.makeUnsafe<A, E | QuotaUnavailable>()
  const job: Transaction.Job = {
    work: (books) => {
      const result = Effect.fromResult(work(books))
      return () => Deferred.doneUnsafe(answer, result)
    },
    refuse: (exit) => Deferred.doneUnsafe(answer, exit)
  }
  return { job, answer: Deferred.await(answer) }
}

const takeWaiting = (jobs: Queue.Dequeue<Transaction.Job, Cause.Done>, limit: number) => {
  const group: Array<Transaction.Job> = []
  while (group.length < limit) {
    const taken = Queue.takeUnsafe(jobs)
    if (taken === undefined || Exit.isFailure(taken)) break
    group.push(taken.value)
  }
  return group
}

const refuse = (jobs: ReadonlyArray<Transaction.Job>, error: QuotaUnavailable) =>
  jobs.forEach((job) => job.refuse(Exit.fail(error)))

/** Bounds how long a group keeps the thread. */
const largestGroup = 256
