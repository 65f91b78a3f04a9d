import { assert, describe, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import * as ServerBooks from "../crash/Books.ts"
import { past } from "../e2e/support/Books.ts"
import { eventually } from "../e2e/support/Client.ts"
import { follow, generate, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import { enhance } from "../e2e/support/Enhancement.ts"
import { submissionsOf } from "../e2e/support/Upstream.ts"
import * as OtlpReceiver from "./support/OtlpReceiver.ts"

const caller = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" }
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`

/** A process whose traces go to the receiver; the batches go out all the time, and not every 5 seconds. */
const served = Effect.fnUntraced(function* (storePath: string, endpoint: string, more: Process.Variables = {}) {
  const process = yield* Process.serve({
    ...(yield* Process.variables(storePath)),
    TASK_POLL_INTERVAL: "50 millis",
    TASK_MISSING_GRACE: "500 millis",
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_BSP_SCHEDULE_DELAY: "50",
    ...more
  })
  return { ...process, service: Service.Service.of({ url: yield* process.url, storePath }) }
})

const only = (spans: ReadonlyArray<OtlpReceiver.Span>, name: string) => {
  const found = spans.filter((span) => span.name === name)
  assert.lengthOf(found, 1, name)
  return found[0]
}

const place = (span: OtlpReceiver.Span | undefined) => ({ traceId: span?.traceId, spanId: span?.spanId })

const linksOf = (span: OtlpReceiver.Span | undefined) =>
  span?.links.map(({ spanId, traceId }) => ({ traceId, spanId })) ?? []

describe("traces", () => {
  it.live("tell the whole story of a task whose credit goes back after the server died", () =>
    Effect.gen(function* () {
      const { play } = yield* UpstreamSimulator
      const receiver = yield* OtlpReceiver.make
      const storePath = yield* Service.newStorePath
      yield* play(Fault.neverEnds())
      const first = yield* served(storePath, receiver.endpoint)
      const id = yield* Effect.gen(function* () {
        const answer = yield* generate({ fingerprint: yield* newAccount }, { traceparent })
        return yield* taskIdOf(answer)
      }).pipe(Effect.provideService(Service.Service, first.service))
      yield* eventually(receiver.spans, (spans) => spans.some(({ name }) => name === "ImageGeneration.generate"))
      yield* first.kill("SIGKILL")
      yield* first.exit

      // Another process takes the task up, which the upstream has lost by then.
      yield* ServerBooks.expireLeases(storePath)
      yield* UpstreamSimulator.use(({ reset }) => reset)
      const second = yield* served(storePath, receiver.endpoint)
      yield* follow(id).pipe(Effect.provideService(Service.Service, second.service))
      yield* second.kill("SIGTERM")
      assert.strictEqual(yield* second.exit, 0)

      const spans = yield* receiver.spans
      const generated = only(spans, "ImageGeneration.generate")
      const trace = spans.filter(({ traceId }) => traceId === caller.traceId)
      const server = only(trace, "POST /api/images/generate")
      assert.strictEqual(server?.parentSpanId, caller.spanId)
      assert.strictEqual(server?.kind, 2)
      assert.deepInclude(OtlpReceiver.valuesOf(server ?? { attributes: [] }), {
        "http.route": "/api/images/generate",
        "task.id": id
      })
      assert.strictEqual(generated?.parentSpanId, server?.spanId)
      const submit = only(trace, "upstream submit")
      assert.strictEqual(submit?.parentSpanId, generated?.spanId)
      assert.strictEqual(submit?.kind, 3)

      const refund = only(spans, "SpendEnding.refund")
      assert.deepStrictEqual(linksOf(refund), [place(generated)])
      assert.notStrictEqual(refund?.traceId, caller.traceId)
      assert.deepInclude(OtlpReceiver.valuesOf(refund ?? { attributes: [] }), {
        "task.id": id,
        "refund.reason": "not-accepted"
      })
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("go on in the upstream: it is told the request that it serves, in the trace of whoever asked us", () =>
    Effect.gen(function* () {
      const { requests } = yield* UpstreamSimulator
      const receiver = yield* OtlpReceiver.make
      const id = yield* Effect.gen(function* () {
        const service = yield* Service.start(yield* Service.newStorePath, {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint
        })
        return yield* Effect.gen(function* () {
          const answer = yield* generate({ fingerprint: yield* newAccount }, { traceparent })
          const { readAll } = yield* enhance({ prompt: "a red fox", direction: "details" }, { traceparent })
          yield* readAll
          return yield* taskIdOf(answer)
        }).pipe(Effect.provideService(Service.Service, service))
        // The end of the service's scope sends off what has not been sent yet.
      }).pipe(Effect.scoped)

      const spans = yield* receiver.spans
      const [submission] = yield* submissionsOf(id)
      const chat = (yield* requests).find(({ call }) => call === "chat")
      for (const [name, received] of [
        ["upstream submit", submission],
        ["upstream enhance", chat]
      ] as const) {
        const span = only(spans, name)
        assert.strictEqual(received?.headers["traceparent"], `00-${caller.traceId}-${span?.spanId}-01`)
      }
      const [service] = yield* receiver.services
      assert.deepInclude(service, { "service.name": "scnmnt" })
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("mark what failed, within the request and in it", () =>
    Effect.gen(function* () {
      const receiver = yield* OtlpReceiver.make
      const { play } = yield* UpstreamSimulator
      yield* Effect.gen(function* () {
        const service = yield* Service.start(yield* Service.newStorePath, {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint
        })
        yield* Effect.gen(function* () {
          yield* play(Fault.refuse(401))
          const answer = yield* generate({ fingerprint: yield* newAccount }, { traceparent })
          assert.strictEqual(answer.status, 502)
        }).pipe(Effect.provideService(Service.Service, service))
      }).pipe(Effect.scoped)
      const spans = yield* receiver.spans
      const failed = spans.filter(({ status }) => status.code === 2).map(({ name }) => name)
      assert.sameMembers(failed, ["upstream submit", "ImageGeneration.generate", "POST /api/images/generate"])
      assert.deepStrictEqual(linksOf(only(spans, "SpendEnding.refund")), [
        place(only(spans, "ImageGeneration.generate"))
      ])
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("are not there without an endpoint, and the upstream hears nothing of the caller's", () =>
    Effect.gen(function* () {
      const answer = yield* generate({ fingerprint: yield* newAccount }, { traceparent })
      const id = yield* taskIdOf(answer)
      const [submission] = yield* submissionsOf(id)
      assert.notProperty(submission?.headers ?? {}, "traceparent")
      assert.notProperty(submission?.headers ?? {}, "b3")
      const database = yield* past
      assert.deepEqual(database.prepare("SELECT trace_parent FROM spends").all(), [{ trace_parent: null }])
    }).pipe(Effect.provide(Service.layer()))
  )
})
