import { assert, describe, it } from "@effect/vitest"
import { version } from "../../packages/server/src/Version.ts"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { past } from "../e2e/support/Books.ts"
import { request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import * as Time from "../streams/support/Time.ts"

describe("health", () => {
  it.live("is alive whatever happens to the books, but not ready, and says why", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* request("/readyz")).status, 200)
      const books = yield* past
      books.exec("ALTER TABLE accounts RENAME TO gone")
      // However many ask, the books are asked once a second.
      assert.strictEqual((yield* request("/readyz")).status, 200)
      yield* Time.pass("1 second")
      const answer = yield* request("/readyz")
      yield* assertFailure(answer, 503, "NotReady")
      assert.deepStrictEqual(answer.json["reasons"], ["store"])
      assert.strictEqual(answer.headers.get("retry-after"), String(answer.json["retryAfter"]))
      assert.strictEqual((yield* request("/healthz")).status, 200)

      books.exec("ALTER TABLE gone RENAME TO accounts")
      yield* Time.pass("1 second")
      assert.strictEqual((yield* request("/readyz")).status, 200)
    }).pipe(Effect.provide(Time.layer()))
  )

  it.live("says at its start what it is and what it stands on, and no secret", () =>
    Effect.gen(function* () {
      const variables = yield* Process.variables(yield* Service.newStorePath)
      const { output, url } = yield* Process.serve({
        ...variables,
        CHATGPT2API_BASE_URL: "https://user:swordfish@images.example.com/v1?key=swordfish",
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://user:swordfish@127.0.0.1:1"
      })
      const address = yield* url
      const { annotations, message } = JSON.parse(output.stdout.split("\n")[0] ?? "")
      assert.strictEqual(message, `listening on ${address}`)
      assert.deepStrictEqual(annotations, {
        version,
        runtime: `Node ${process.versions.node}`,
        store: "sqlite",
        upstream: "https://images.example.com",
        traces: "http://127.0.0.1:1"
      })
      assert.notInclude(output.stdout + output.stderr, "swordfish")
      assert.notInclude(output.stdout + output.stderr, variables.CHATGPT2API_API_KEY)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
