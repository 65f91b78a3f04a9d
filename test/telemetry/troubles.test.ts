import { assert, describe, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { past } from "../e2e/support/Books.ts"
import { eventually } from "../e2e/support/Client.ts"
import { generate, newAccount } from "../e2e/support/Jobs.ts"
import * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import { metrics, valueOf } from "./support/Traffic.ts"

/** A process as users start it, and the lines of its log with this message so far. */
const served = Effect.fnUntraced(function* (more: Process.Variables = {}) {
  const storePath = yield* Service.newStorePath
  const { output, url } = yield* Process.serve({ ...(yield* Process.variables(storePath)), ...more })
  const service = Service.Service.of({ url: yield* url, storePath })
  const lines = (message: string) =>
    output.stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line))
      .filter((line) => line["message"] === message)
  return { service, lines }
})

describe("the log, at the level that it has by default,", () => {
  it.live("has the reason why the store fails, once, and that it works again", () =>
    Effect.gen(function* () {
      const { lines, service } = yield* served()
      yield* Effect.gen(function* () {
        const books = yield* past
        const fingerprint = yield* newAccount
        books.exec("CREATE TRIGGER full BEFORE INSERT ON spends BEGIN SELECT RAISE(ABORT, 'full'); END")
        for (const _ of [1, 2, 3]) assert.strictEqual((yield* generate({ fingerprint })).status, 503)
        const found = lines("the quota store fails")
        assert.deepStrictEqual(
          found.map(({ annotations, level }) => ({ level, operation: annotations["operation"] })),
          [{ level: "WARN", operation: "spend" }]
        )
        assert.include(found[0]["cause"], "ERR_SQLITE_ERROR")
        const failures = valueOf(yield* metrics, "scnmnt_quota_store_failures_total", { operation: "spend" })
        assert.strictEqual(failures, 3)

        books.exec("DROP TRIGGER full")
        assert.strictEqual((yield* generate({ fingerprint })).status, 200)
        const [recovery] = yield* eventually(
          Effect.sync(() => lines("the quota store works again")),
          (found) => found.length > 0
        )
        assert.deepInclude(recovery, { level: "INFO" })
      }).pipe(Effect.provideService(Service.Service, service))
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
