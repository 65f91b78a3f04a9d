import type { Books, Transact } from "@scnmnt/core/Ledger"
import { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Deferred, Effect, Exit, Fiber, Queue, Schedule } from "effect"
import type { Cause, Result } from "effect"
import * as SqliteDriver from "./SqliteDriver.ts"
import * as Transaction from "./Transaction.ts"

/**
 * Transactions on a database. Those that wait at the same time share one commit, and so one sync of the disk; one that
 * comes alone waits for nobody. Interrupting a caller does not stop its work half-way: it is done all the same.
 */
export const make = Effect.fnUntraced(function* (database: SqliteDriver.Database) {
  const jobs = yield* Queue.unbounded<Transaction.Job, Cause.Done>()
  const commit = Transaction.prepare(database)
  // One step with no fiber switch in it, so that no other store of this process ever meets its lock.
  const commitWaiting = Effect.try({
    try: () => commit(() => takeWaiting(jobs, largestGroup)),
    catch: unavailable
  }).pipe(
    Effect.retry({ while: isBusy, schedule: untilWritable }),
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
      return Queue.offerUnsafe(jobs, job) ? answer : Effect.fail(unavailable(new Error("the store is closed")))
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

const unavailable = (cause: unknown) => new QuotaUnavailable({ cause })

/** Bounds how long a group keeps the thread. */
const largestGroup = 256

const isBusy = ({ cause }: QuotaUnavailable) => SqliteDriver.isBusy(cause)

/** How long another process' transaction is waited for. */
const untilWritable = Schedule.spaced("5 millis").pipe(Schedule.jittered, Schedule.upTo({ duration: "5 seconds" }))
