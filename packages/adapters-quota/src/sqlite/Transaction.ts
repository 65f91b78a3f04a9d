import type { Books } from "@scnmnt/core/Ledger"
import type { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Exit } from "effect"
import type * as SqliteDriver from "./SqliteDriver.ts"
import * as Trouble from "./Trouble.ts"

/** Work for a transaction, and its caller's ear. */
export interface Job {
  /** Does the work; the function that it gives back tells the caller, once the work is durable. */
  readonly work: (books: Books) => () => void
  /** Tells the caller that nothing was done. */
  readonly refuse: (exit: Exit.Exit<never, QuotaUnavailable>) => void
}

/**
 * Runs jobs as one transaction and tells every caller how its own went. Throws only if the transaction can't begin, and
 * then has taken no job.
 */
export const prepare = (database: SqliteDriver.Database, books: Books) => {
  const begin = database.prepare("BEGIN IMMEDIATE")
  const commit = database.prepare("COMMIT")
  const attempt = inSavepoint(database, books)
  return (takeJobs: () => ReadonlyArray<Job>): void => {
    begin.run()
    const jobs = takeJobs()
    try {
      const answers = jobs.map(attempt)
      commit.run()
      answers.forEach((tell) => tell())
    } catch (cause) {
      rollback(database)
      jobs.forEach((job) => job.refuse(Exit.fail(Trouble.unavailable(cause))))
    }
  }
}

/** A job that throws is undone alone and leaves the others' work standing. A savepoint costs under 1 µs. */
const inSavepoint = (database: SqliteDriver.Database, books: Books) => {
  const savepoint = database.prepare("SAVEPOINT job")
  const release = database.prepare("RELEASE job")
  const undo = database.prepare("ROLLBACK TO job")
  return (job: Job): (() => void) => {
    savepoint.run()
    try {
      const answer = job.work(books)
      release.run()
      return answer
    } catch (cause) {
      orThrow(cause, () => undo.run())
      release.run()
      return () => job.refuse(Trouble.exitOf(cause))
    }
  }
}

/** A full or failing disk makes SQLite give up the whole transaction: then this cause is the one to tell. */
const orThrow = (cause: unknown, undo: () => void) => {
  try {
    undo()
  } catch {
    throw cause
  }
}

const rollback = (database: SqliteDriver.Database) => {
  try {
    database.exec("ROLLBACK")
  } catch {
    // SQLite had already rolled back.
  }
}
