import { Effect } from "effect"
import { variables } from "../../e2e/support/Process.ts"

/** What it takes to serve on this database, with quick look-ups and short leases. */
export const environment = Effect.fnUntraced(function* (url: string) {
  return {
    ...(yield* variables("")),
    QUOTA_STORE_URL: url,
    TASK_POLL_INTERVAL: "200 millis",
    TASK_LEASE: "3 seconds",
    TASK_MISSING_GRACE: "4 seconds",
    TASK_DEADLINE: "15 seconds"
  }
})
