import { Effect } from "effect"
import * as PostgresServer from "../../../packages/adapters-quota/test/PostgresServer.ts"
import { databaseOn } from "../../../packages/adapters-quota/test/TemporaryDatabase.ts"
import { variables } from "../../e2e/support/Process.ts"

/** A database, and what it takes to serve on it with quick look-ups and short leases. */
export const make = Effect.gen(function* () {
  const server = yield* PostgresServer.make
  const url = databaseOn(server.url, "postgres")
  const environment: Record<string, string> = {
    ...(yield* variables("")),
    QUOTA_STORE_URL: url,
    TASK_POLL_INTERVAL: "200 millis",
    TASK_LEASE: "3 seconds",
    TASK_MISSING_GRACE: "4 seconds",
    TASK_DEADLINE: "15 seconds"
  }
  return { server, url, environment }
})
