import { Predicate } from "effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"

/**
 * Whether the same statement may well succeed at once: the line broke under it, or the database undid it for another's
 * sake. Not if there is no line to be had: whoever waits is better told so.
 */
export const mayPass = (error: unknown): boolean => {
  if (!isSqlError(error) || error.reason.operation !== "query") return false
  switch (error.reason._tag) {
    case "ConnectionError":
    case "DeadlockError":
    case "SerializationError":
    case "LockTimeoutError":
      return true
    default:
      return isGoing.has(detail(error, "code"))
  }
}

/** Whether the database may be about to come: nobody listens there yet, or it is not past its recovery. */
export const isComing = (error: unknown): boolean =>
  isSqlError(error) && (error.reason._tag === "ConnectionError" || detail(error, "code") === cannotConnectNow)

/** Whether this constraint stood in the way. */
export const isBrokenBy =
  (constraint: string) =>
  (error: unknown): boolean =>
    isSqlError(error) && detail(error, "constraint") === constraint

/** The innermost words on what went wrong: SQL's errors have them in their causes. */
export const reason = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? reason(error.cause) : error

/** `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`: appendix A of PostgreSQL's manual. */
const cannotConnectNow = "57P03"
const isGoing: ReadonlySet<unknown> = new Set(["57P01", "57P02", cannotConnectNow])

/** A field of the server's error message. */
const detail = ({ reason }: SqlError, field: "code" | "constraint"): unknown =>
  Predicate.hasProperty(reason.cause, field) ? reason.cause[field] : undefined
