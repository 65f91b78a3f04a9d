import { Clock, Context, Effect, Exit, LogLevel, Metric, References, Tracer } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpRouter, HttpServerRequest, type HttpServerResponse } from "effect/http"
import * as HttpMetrics from "./HttpMetrics.ts"
import * as RequestRecord from "./RequestRecord.ts"
import * as RequestSpan from "./RequestSpan.ts"

/**
 * Around everything that answers a request: gives it its id, a log line, a place in the metrics and a span. An answer
 * counts as given when it begins: a stream goes on after that.
 */
export const layer = HttpRouter.middleware(
  Effect.gen(function* () {
    const nextId = yield* ids
    // What the watcher counts and traces with: an app that mounts the service may have others for its own requests.
    const tracer = yield* Tracer.Tracer
    const registry = yield* Metric.MetricRegistry
    const within = (record: RequestRecord.RequestRecord) => (context: Context.Context<HttpRouter.GlobalProvided>) =>
      context.pipe(
        ifOther(Tracer.Tracer, tracer),
        ifOther(Metric.MetricRegistry, registry),
        Context.add(RequestRecord.RequestRecord, record),
        Context.add(References.CurrentLogAnnotations, {
          ...Context.get(context, References.CurrentLogAnnotations),
          requestId: record.id
        })
      )
    return (app) =>
      Effect.contextWith((context: Context.Context<HttpRouter.GlobalProvided>) => {
        const request = Context.get(context, HttpServerRequest.HttpServerRequest)
        const record = RequestRecord.make(givenId(request.headers["x-request-id"]) ?? nextId(), request.method)
        const begun = Context.get(context, Clock.Clock).currentTimeNanosUnsafe()
        return app.pipe(
          RequestSpan.around(tracer, request, record, statusOf),
          Effect.onExit((exit) => report(record, statusOf(exit), begun)),
          Effect.updateContext(within(record))
        )
      })
  }),
  { global: true }
)

/** A context is copied, and what a fiber has of it at hand is looked up anew, only where that changes something. */
const ifOther =
  <S>(key: Context.Reference<S>, service: S) =>
  <R>(context: Context.Context<R>): Context.Context<R> =>
    Context.get(context, key) === service ? context : Context.add(context, key, service)

/** Who calls may name the request, in the characters of UUIDs, ULIDs and the like. */
const givenId = (header: string | undefined) => (/^[\w.:-]{1,64}$/.test(header ?? "") ? header : undefined)

/** Numbers behind a name of this process: nobody has to be kept from guessing the next, and a UUID takes 3 µs. */
export const ids = SecureRandom.SecureRandom.use(({ uuidV4 }) =>
  Effect.map(uuidV4(), (uuid) => {
    let count = 0
    return () => `${uuid.slice(0, 8)}-${(++count).toString(36)}`
  })
)

/** Every failure has become an answer further in: what has none was left by its client (499 is nginx' word for it). */
const statusOf = (exit: Exit.Exit<HttpServerResponse.HttpServerResponse, unknown>) =>
  Exit.isSuccess(exit) ? exit.value.status : 499

/** The place in the metrics and the log line of a request that was answered with this status; `begun` in nanoseconds. */
export const report = (record: RequestRecord.RequestRecord, status: number, begun: bigint) =>
  Effect.flatMap(Clock.currentTimeNanos, (now) => {
    const seconds = Number(now - begun) / 1e9
    const level = levelOf(record.route, status)
    return HttpMetrics.answered(record, status, seconds).pipe(
      Effect.andThen(LogLevel.isEnabled(level)),
      Effect.flatMap((isEnabled) => (isEnabled ? line(level, record, status, seconds) : Effect.void))
    )
  })

const line = (
  level: LogLevel.Severity,
  { id, method, route, taskId }: RequestRecord.RequestRecord,
  status: number,
  seconds: number
) =>
  Effect.annotateLogs(Effect.logWithLevel(level)("request"), {
    method,
    route: route ?? "unknown",
    status,
    milliseconds: Math.round(seconds * 1e4) / 10,
    requestId: id,
    ...(taskId !== undefined && { taskId })
  })

/** What machines ask every few seconds is worth a line only when it does not go well. */
const levelOf = (route: string | undefined, status: number) =>
  status >= 500 ? "Warn" : status < 400 && route !== undefined && probes.has(route) ? "Debug" : "Info"

const probes: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics", "/api/status"])
