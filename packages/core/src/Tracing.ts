import { Effect, Option, Schema, Tracer } from "effect"

/** A span's place in its trace, as it goes from process to process (W3C Trace Context, section 3.2). */
export const TraceParent = Schema.String.check(Schema.isPattern(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)).pipe(
  Schema.brand("TraceParent")
)
export type TraceParent = typeof TraceParent.Type

/** The span at hand, if there is one that is kept. */
export const current: Effect.Effect<TraceParent | undefined> = Effect.flatMap(Tracer.Tracer, (tracer) =>
  tracer === Tracer.nativeTracer
    ? Effect.undefined
    : Effect.map(Effect.option(Effect.currentSpan), (span) =>
        Option.getOrUndefined(
          Option.map(
            Option.filter(span, ({ sampled }) => sampled),
            ofSpan
          )
        )
      )
)

/** A kept span's place. */
export const ofSpan = ({ spanId, traceId }: Tracer.AnySpan): TraceParent =>
  TraceParent.make(`00-${traceId.padStart(32, "0")}-${spanId}-01`)

/**
 * Makes the effect a span of the trace. Without a tracer that keeps spans it is the effect itself: Effect's own tracer
 * keeps none, and would take 5 µs for each.
 */
export const span =
  (name: string, options?: Tracer.SpanOptionsNoTrace) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Tracer.Tracer, (tracer) =>
      tracer === Tracer.nativeTracer ? effect : Effect.withSpan(effect, name, { ...options, captureStackTrace: false })
    )

/** Points a span back to where its matter began, if that is known: in another trace, perhaps of a process that is gone. */
export const linkedTo = (origin: TraceParent | undefined): Tracer.SpanOptionsNoTrace => {
  if (origin === undefined) return {}
  const [, traceId = "", spanId = ""] = origin.split("-")
  return { links: [{ span: Tracer.externalSpan({ traceId, spanId }), attributes: {} }] }
}
