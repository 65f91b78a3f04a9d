import { assert, describe, it } from "@effect/vitest"
import * as Tracing from "@scnmnt/core/Tracing"
import { Effect, Schema, Tracer } from "effect"

/** Runs the effect with a tracer that keeps what it is told. */
const traced = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const result = yield* Effect.provideService(effect, Tracer.Tracer, tracer)
    return { result, spans }
  })

describe("Tracing", () => {
  it.effect("is nothing at all without a tracer that keeps spans", () =>
    Effect.gen(function* () {
      const [parent, span] = yield* Effect.all([Tracing.current, Effect.option(Effect.currentSpan)]).pipe(
        Tracing.span("work")
      )
      assert.isUndefined(parent)
      assert.strictEqual(span._tag, "None")
    })
  )

  it.effect("makes an effect a span, and tells its place in the trace", () =>
    Effect.gen(function* () {
      const { result, spans } = yield* traced(
        Tracing.current.pipe(Tracing.span("work", { attributes: { "task.id": "1" } }))
      )
      const [span] = spans
      assert.strictEqual(span?.name, "work")
      assert.deepStrictEqual([...(span?.attributes ?? [])], [["task.id", "1"]])
      assert.strictEqual(result, `00-${span?.traceId}-${span?.spanId}-01`)
      assert.isTrue(Schema.is(Tracing.TraceParent)(result))
    })
  )

  it.effect("tells no place outside of a span, nor within one that is not kept", () =>
    Effect.gen(function* () {
      const { result } = yield* traced(
        Effect.all([Tracing.current, Tracing.current.pipe(Tracing.span("work", { sampled: false }))])
      )
      assert.deepStrictEqual(result, [undefined, undefined])
    })
  )

  it.effect("points a span back to where its matter began", () =>
    Effect.gen(function* () {
      const began = yield* traced(Tracing.current.pipe(Tracing.span("request")))
      const { spans } = yield* traced(Effect.void.pipe(Tracing.span("refund", Tracing.linkedTo(began.result))))
      const links = spans.flatMap(({ links }) => links.map(({ span: { spanId, traceId } }) => ({ spanId, traceId })))
      assert.deepStrictEqual(
        links,
        began.spans.map(({ spanId, traceId }) => ({ spanId, traceId }))
      )
      assert.deepStrictEqual(Tracing.linkedTo(undefined), {})
    })
  )
})
