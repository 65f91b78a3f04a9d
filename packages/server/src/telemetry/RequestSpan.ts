import { Clock, Data, Effect, Exit, Option, Tracer } from "effect"
import { type HttpServerRequest, type HttpServerResponse, HttpTraceContext } from "effect/http"
import type { RequestRecord } from "./RequestRecord.ts"

type Answered = Exit.Exit<HttpServerResponse.HttpServerResponse, unknown>

/**
 * The server's span around a request, in the trace that the caller's `traceparent` names, if there is one. It tells the
 * route and never the address. Without a tracer there is none of all this.
 */
export const around =
  (
    tracer: Tracer.Tracer,
    { headers }: HttpServerRequest.HttpServerRequest,
    record: RequestRecord,
    statusOf: (exit: Answered) => number
  ) =>
  <E, R>(app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    tracer === Tracer.nativeTracer
      ? app
      : Effect.flatMap(
          Effect.makeSpan(nameOf(record), {
            kind: "server",
            parent: Option.getOrUndefined(HttpTraceContext.w3c(headers))
          }),
          (span) =>
            Effect.withParentSpan(app, span).pipe(
              Effect.onExit((exit) =>
                Effect.map(Clock.currentTimeNanos, (now) => end(span, now, record, statusOf(exit)))
              )
            )
        )

const end = (span: Tracer.Span, now: bigint, record: RequestRecord, status: number) => {
  // The route was not known when the span began.
  Object.assign(span, { name: nameOf(record) })
  span.attribute("http.request.method", record.method)
  span.attribute("http.response.status_code", status)
  span.attribute("request.id", record.id)
  if (record.route !== undefined) span.attribute("http.route", record.route)
  if (record.taskId !== undefined) span.attribute("task.id", record.taskId)
  span.end(now, status >= 500 ? Exit.fail(new AnsweredWith({ status })) : Exit.void)
}

/** `GET /api/status`: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
const nameOf = ({ method, route }: RequestRecord) => {
  const known = method === "_OTHER" ? "HTTP" : method
  return route === undefined ? known : `${known} ${route}`
}

/** OpenTelemetry counts a server's span as failed from 500 on. */
class AnsweredWith extends Data.TaggedError("AnsweredWith")<{ readonly status: number }> {}
