import * as MetricFamily from "@scnmnt/core/MetricFamily"
import * as Tracing from "@scnmnt/core/Tracing"
import { Cause, Clock, Effect, Exit, Metric, Option, Stream } from "effect"
import { HttpClient } from "effect/http"

const operations = ["submit", "look-up", "enhance", "image"] as const
export type Operation = (typeof operations)[number]

/** `unavailable`: nothing came of it. `unknown`: something may have. `interrupted`: nobody waited for it any more. */
const outcomes = ["ok", "rejected", "unavailable", "unknown", "interrupted"] as const
export type Outcome = (typeof outcomes)[number]

const durations = MetricFamily.make({ operation: operations, outcome: outcomes }, (attributes) =>
  Metric.histogram("scnmnt_upstream_request_duration_seconds", {
    description: "Time that a request to the upstream took: an enhancement to its end, an image to its first bytes",
    attributes,
    boundaries: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
  })
)

const batchSizes = Metric.histogram("scnmnt_upstream_look_up_batch_size", {
  description: "Tasks that one look-up asked for",
  boundaries: [1, 2, 5, 10, 20, 50, 100]
})

/** A look-up of so many tasks. */
export const askedFor = (tasks: number): Effect.Effect<void> => Metric.update(batchSizes, tasks)

/** One request to the upstream: it is counted, timed, and a span of its own. */
export const observed =
  <E>(operation: Operation, outcomeOf: (error: E) => Outcome) =>
  <A, R>(request: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Clock.currentTimeNanos, (begun) =>
      Effect.onExit(request, (exit) => record(operation, begun, outcomeOfExit(exit, outcomeOf)))
    ).pipe(span(operation))

/** The same of an answer that comes bit by bit: it takes until its end. */
export const observedStream =
  <E>(operation: Operation, outcomeOf: (error: E) => Outcome) =>
  <A, R>(answer: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
    Stream.unwrap(
      Effect.map(Clock.currentTimeNanos, (begun) =>
        Stream.onExit(answer, (exit) => record(operation, begun, outcomeOfExit(exit, outcomeOf)))
      )
    )

export const span = (operation: Operation) => Tracing.span(`upstream ${operation}`, { kind: "client" })

/** What a request tells the upstream of the trace that it belongs to: nothing if there is none (W3C Trace Context). */
export const traceHeaders = Effect.map(Tracing.current, (traceparent) =>
  traceparent === undefined ? {} : { traceparent }
)

/** HttpClient's own spans have whole URLs in them, and the key to an image can be in its URL. */
export const untraced = Effect.provideService(HttpClient.TracerDisabledWhen, () => true)

const record = (operation: Operation, begun: bigint, outcome: Outcome) =>
  Effect.flatMap(Clock.currentTimeNanos, (ended) =>
    Metric.update(durations.of({ operation, outcome }), Number(ended - begun) / 1e9)
  )

const outcomeOfExit = <A, E>(exit: Exit.Exit<A, E>, outcomeOf: (error: E) => Outcome): Outcome => {
  if (Exit.isSuccess(exit)) return "ok"
  if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
  return Option.match(Cause.findErrorOption(exit.cause), { onNone: () => "unknown" as const, onSome: outcomeOf })
}

/** Every series, to be shown from the start. */
export const all = [...durations.all, batchSizes]
