import { assert, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { eventually, request } from "../e2e/support/Client.ts"
import * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import * as OtlpReceiver from "./support/OtlpReceiver.ts"
import { drive, words } from "./support/TellTales.ts"

it.live.each(["json", "pretty"])(
  "prompts, fingerprints, keys and addresses are in no log (%s), no metric and no span",
  (format) =>
    Effect.gen(function* () {
      const receiver = yield* OtlpReceiver.make
      const storePath = yield* Service.newStorePath
      const { exit, kill, output, url } = yield* Process.serve({
        ...(yield* Process.variables(storePath)),
        TASK_POLL_INTERVAL: "20 millis",
        LOG_LEVEL: "All",
        LOG_FORMAT: format,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint
      })
      const metrics = yield* Effect.andThen(drive, request("/metrics")).pipe(
        Effect.provideService(Service.Service, Service.Service.of({ url: yield* url, storePath }))
      )
      yield* eventually(
        Effect.sync(() => output.stdout),
        (said) => said.includes("the quota store fails")
      )
      yield* kill("SIGTERM")
      assert.strictEqual(yield* exit, 0)

      const seen = { logs: output.stdout + output.stderr, metrics: metrics.text, spans: yield* receiver.text }
      assert.include(seen.logs, "request failed")
      assert.include(seen.logs, "The upstream refused a request")
      assert.include(seen.logs, "/api/images/generate")
      assert.include(seen.metrics, 'route="/api/images/tasks/:id/events"')
      assert.include(seen.spans, "ImageGeneration.generate")
      for (const [where, text] of Object.entries(seen)) {
        const lines = text.split("\n").filter((line) => line.includes("tattletale"))
        assert.deepStrictEqual(lines, [], where)
        for (const word of Object.values(words)) assert.notInclude(text, word, where)
      }
    }).pipe(Effect.provide(UpstreamSimulator.layer({ apiKey: words.apiKey }))),
  { timeout: 90_000 }
)
