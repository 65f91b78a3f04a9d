import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { past } from "../e2e/support/Books.ts"
import { eventually } from "../e2e/support/Client.ts"
import { generate, newAccount } from "../e2e/support/Jobs.ts"
import { sendRaw } from "../e2e/support/RawSocket.ts"
import * as Service from "../e2e/support/Service.ts"
import { metrics, metricsOfSome, valueOf } from "./support/Traffic.ts"

const manual = readFileSync(resolve(import.meta.dirname, "../../docs/operations.md"), "utf8")

describe("the metrics", () => {
  it.live("count what is no HTTP too", () =>
    Effect.gen(function* () {
      yield* sendRaw("NONSENSE\r\n\r\n")
      const refused = { method: "_OTHER", route: "unknown", status: "400" }
      assert.strictEqual(valueOf(yield* metrics, "scnmnt_http_request_duration_seconds_count", refused), 1)
    }).pipe(Effect.provide(Service.layer()))
  )

  it.live("say what happened", () =>
    Effect.gen(function* () {
      const found = yield* metricsOfSome
      const values = {
        granted: valueOf(found, "scnmnt_credits_granted_total"),
        spent: valueOf(found, "scnmnt_credits_spent_total"),
        settled: valueOf(found, "scnmnt_credits_settled_total"),
        failed: valueOf(found, "scnmnt_credits_refunded_total", { reason: "failed" }),
        rejected: valueOf(found, "scnmnt_credits_refunded_total", { reason: "rejected" }),
        edits: valueOf(found, "scnmnt_tasks_finished_total", { mode: "image", outcome: "failed" }),
        open: valueOf(found, "scnmnt_open_spends"),
        refusals: valueOf(found, "scnmnt_upstream_request_duration_seconds_count", {
          operation: "submit",
          outcome: "rejected"
        }),
        submissions: valueOf(found, "scnmnt_upstream_request_duration_seconds_count", {
          operation: "submit",
          outcome: "ok"
        }),
        images: valueOf(found, "scnmnt_upstream_request_duration_seconds_count", { operation: "image", outcome: "ok" }),
        enhancements: valueOf(found, "scnmnt_upstream_request_duration_seconds_count", {
          operation: "enhance",
          outcome: "ok"
        }),
        uploads: valueOf(found, "scnmnt_upload_size_bytes_count", { storage: "memory" }),
        orders: valueOf(found, "scnmnt_http_request_duration_seconds_count", {
          route: "/api/images/generate",
          status: "200"
        })
      }
      assert.deepStrictEqual(values, {
        granted: 10,
        spent: 3,
        settled: 1,
        failed: 1,
        rejected: 1,
        edits: 1,
        open: 0,
        refusals: 1,
        submissions: 2,
        images: 1,
        enhancements: 1,
        uploads: 1,
        orders: 2
      })
      assert.isAtLeast(valueOf(found, "scnmnt_upstream_look_up_batch_size_count") ?? 0, 1)
    }).pipe(Effect.provide(Service.layer()))
  )

  it.live("of what is open are the store's: every node shows the same, one that has just begun too", () =>
    Effect.gen(function* () {
      const { play } = yield* UpstreamSimulator
      yield* play(Fault.neverEnds())
      yield* generate({ fingerprint: yield* newAccount })
      const { storePath } = yield* Service.Service
      const other = yield* Service.start(storePath)
      const found = yield* eventually(
        metrics.pipe(Effect.provideService(Service.Service, other)),
        (found) => (valueOf(found, "scnmnt_oldest_open_spend_age_seconds") ?? 0) > 0
      )
      assert.strictEqual(valueOf(found, "scnmnt_open_spends"), 1)
      assert.strictEqual(valueOf(found, "scnmnt_credits_spent_total"), 0)
    }).pipe(Effect.provide(Service.layer()))
  )

  it.live("of a store that does not answer say that alone", () =>
    Effect.gen(function* () {
      assert.strictEqual(valueOf(yield* metrics, "scnmnt_open_spends"), 0)
      const books = yield* past
      books.exec("ALTER TABLE spends RENAME TO gone")
      const found = yield* metrics
      assert.strictEqual(valueOf(found, "scnmnt_quota_store_up"), 0)
      assert.isUndefined(valueOf(found, "scnmnt_open_spends"))
      assert.isUndefined(valueOf(found, "scnmnt_oldest_open_spend_age_seconds"))
      books.exec("ALTER TABLE gone RENAME TO spends")
      assert.strictEqual(valueOf(yield* metrics, "scnmnt_quota_store_up"), 1)
    }).pipe(Effect.provide(Service.layer()))
  )

  // The rules of `promtool check metrics`, and https://prometheus.io/docs/practices/naming/
  it.live("are named as Prometheus wants, and the manual has them all", () =>
    Effect.gen(function* () {
      const found = yield* metricsOfSome
      for (const [name, { help, type }] of found) {
        assert.match(name, /^scnmnt_[a-z]+(_[a-z]+)*$/)
        assert.notMatch(name, /_(count|sum|bucket|gauge|counter|histogram|milliseconds|ms|kb|percent|minutes)(_|$)/)
        assert.strictEqual(name.endsWith("_total"), type === "counter", name)
        assert.match(help, /^[A-Z0-9].*[^.]$/, name)
      }
      const rows = [...found].map(([name, { help, series, type }]) => {
        const labels = new Set(series.flatMap(({ labels }) => Object.keys(labels)).filter((label) => label !== "le"))
        return `| \`${name}\` | ${type} | ${[...labels].map((label) => `\`${label}\``).join(", ")} | ${help} |`
      })
      const shown = manual.split("\n").filter((line) => line.startsWith("| `scnmnt_"))
      assert.deepStrictEqual(shown.toSorted(), rows.toSorted())
    }).pipe(Effect.provide(Service.layer()))
  )
})
