import type { TaskId } from "@scnmnt/core/TaskId"
import { Duration, Effect } from "effect"
import * as Failures from "../api/Failures.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"

const patience = Duration.seconds(5)

/** The image service is busy or down, with what it asked to wait for, if it did. */
export const upstreamUnavailable = (wait = patience, taskId?: TaskId) =>
  Effect.flatMap(
    announce(wait),
    (retryAfter) => new Failures.UpstreamUnavailable({ retryAfter, ...(taskId !== undefined && { taskId }) })
  )

/** The books can't be reached. */
export const quotaUnavailable = Effect.suspend(() => announce(patience)).pipe(
  Effect.flatMap((retryAfter) => new Failures.QuotaUnavailable({ retryAfter }))
)

/** This server is not to be sent requests, for these reasons. */
export const notReady = (reasons: Failures.NotReady["reasons"]) =>
  Effect.flatMap(announce(patience), (retryAfter) => new Failures.NotReady({ reasons, retryAfter }))

/** This client or account has asked for more than it may for now. */
export const rateLimited = (wait: Duration.Duration) =>
  Effect.flatMap(announce(wait), (retryAfter) => new Failures.RateLimited({ retryAfter }))

/** This client has as many requests in flight as it may; one may be answered any moment. */
export const tooManyInFlight = Effect.suspend(() => rateLimited(patience))

/** The account has as many tasks in flight as it may; one may end any moment. */
export const tooManyTasks = (limit: number) =>
  Effect.flatMap(announce(patience), (retryAfter) => new Failures.TooManyTasks({ limit, retryAfter }))

/** The same number of seconds in the body and, for whoever looks there, in `Retry-After` (RFC 9110, section 10.2.3). */
const announce = (wait: Duration.Duration) => {
  const seconds = Math.max(1, Math.ceil(Duration.toSeconds(wait)))
  return Effect.as(ResponseHeaders.add("retry-after", String(seconds)), seconds)
}
