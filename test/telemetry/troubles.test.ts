import { assert, describe, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { past } from "../e2e/support/Books.ts"
import { eventually } from "../e2e/support/Client.ts"
import { enhance } from "../e2e/support/Enhancement.ts"
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

  it.live("has the reason why the upstream does not answer, once for each kind of request", () =>
    Effect.gen(function* () {
      const { lines, service } = yield* served({ CHATGPT2API_BASE_URL: "http://127.0.0.1:1" })
      yield* Effect.gen(function* () {
        const fingerprint = yield* newAccount
        for (const _ of [1, 2]) yield* enhance({ prompt: "a red fox", direction: "details" })
        // It is tried for some 15 seconds, but why is told at once.
        yield* Effect.forkScoped(generate({ fingerprint }))
        const found = yield* eventually(
          Effect.sync(() => lines("The upstream does not answer")),
          (found) => found.some(({ annotations }) => annotations["operation"] === "submit")
        )
        assert.deepStrictEqual(
          found.map(({ annotations, level }) => [level, annotations["operation"]]),
          [
            ["WARN", "enhance"],
            ["WARN", "submit"]
          ]
        )
        for (const { cause } of found) assert.include(cause, "ECONNREFUSED")
      }).pipe(Effect.provideService(Service.Service, service))
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("has the reason why traces do not arrive, once", () =>
    Effect.gen(function* () {
      const { lines, service } = yield* served({
        // To port 1, and some others, `fetch` does not even try.
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:2",
        OTEL_BSP_SCHEDULE_DELAY: "20"
      })
      yield* Effect.gen(function* () {
        yield* newAccount
        const [line] = yield* eventually(
          Effect.sync(() => lines("the traces do not arrive")),
          (found) => found.length > 0
        )
        assert.strictEqual(line["level"], "WARN")
        assert.include(line["cause"], "ECONNREFUSED")
      }).pipe(Effect.provideService(Service.Service, service))
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
