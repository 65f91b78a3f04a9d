import { assert, describe, it } from "@effect/vitest"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import * as ImageGeneration from "@scnmnt/core/ImageGeneration"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import * as UpstreamCircuit from "../../packages/server/src/doors/UpstreamCircuit.ts"
import { Duration, Effect, Layer, Metric, Result } from "effect"
import { TestClock } from "effect/testing"
import { balance, callsMade, grant, inTime, order, world } from "../../packages/core/test/support.ts"
import { always, busyFor, denied, down, lost, rejected, type SubmitTurn } from "../../packages/core/test/turns.ts"

const upstream = TestImageUpstream
/** Refused with the wish to be left alone for longer than an order tries: over in no time. */
const refused = busyFor(60)

/** How an order goes: the task's status, or the error and what it says of a later try. */
const buy = Effect.fnUntraced(function* (key?: string) {
  const idempotencyKey = key === undefined ? undefined : IdempotencyKey.make(key)
  const result = yield* Effect.result(Effect.flatten(inTime(ImageGeneration.generate({ ...order, idempotencyKey }))))
  return Result.match(result, {
    onSuccess: ({ replayed, task }) => (replayed ? "replayed" : task.status._tag),
    onFailure: (error) =>
      error._tag === "UpstreamUnavailable" && error.retryAfter !== undefined
        ? `${error._tag}, again in ${Math.ceil(Duration.toSeconds(error.retryAfter))}s`
        : error._tag
  })
})

const states = Effect.map(UpstreamCircuit.state, ({ _tag }) => _tag)
const fail = (times: number, turn: SubmitTurn = refused) =>
  Effect.andThen(
    upstream.use(({ nextSubmits }) => nextSubmits(...Array.from({ length: times }, () => turn))),
    Effect.replicateEffect(buy(), times)
  )
const opened = Effect.andThen(grant, fail(5))

const submissions = Effect.map(callsMade, (calls) => calls.replaceAll("L", "").length)

const there = Effect.provide(world.pipe(Layer.provideMerge(UpstreamCircuit.layer)))

describe("the circuit to the upstream", () => {
  it.effect("opens with the fifth order in a row that finds it down; then orders fail at once and cost nothing", () =>
    Effect.gen(function* () {
      yield* grant
      yield* fail(4)
      assert.strictEqual(yield* states, "Closed")
      yield* fail(1)
      assert.strictEqual(yield* states, "Open")
      const before = yield* submissions
      assert.strictEqual(yield* buy(), "UpstreamUnavailable, again in 5s")
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* buy(), "UpstreamUnavailable, again in 2s")
      assert.strictEqual(yield* submissions, before)
      assert.strictEqual(yield* balance, 10)
    }).pipe(there)
  )

  it.effect("tries again by itself, one order at a time, and closes with the first that is taken", () =>
    Effect.gen(function* () {
      yield* opened
      yield* TestClock.adjust("5 seconds")
      yield* fail(1)
      assert.strictEqual(yield* buy(), "UpstreamUnavailable, again in 10s")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* buy(), "Queued")
      assert.strictEqual(yield* states, "Closed")
      assert.strictEqual(yield* buy(), "Queued")
    }).pipe(there)
  )

  it.effect("while one order tries, others are not kept waiting", () =>
    Effect.gen(function* () {
      yield* opened
      yield* TestClock.adjust("5 seconds")
      yield* upstream.use(({ nextSubmits }) => nextSubmits(Effect.delay("30 seconds")))
      const trying = yield* Effect.forkChild(ImageGeneration.generate(order))
      yield* TestClock.adjust(0)
      assert.strictEqual(yield* states, "HalfOpen")
      assert.strictEqual(yield* buy(), "UpstreamUnavailable, again in 5s")
      yield* TestClock.adjust("30 seconds")
      assert.isDefined(trying.pollUnsafe())
      assert.strictEqual(yield* states, "Closed")
    }).pipe(there)
  )

  it.effect("is left alone for a minute at most", () =>
    Effect.gen(function* () {
      yield* opened
      for (const wait of [5, 10, 20, 40, 60, 60]) {
        assert.strictEqual(yield* buy(), `UpstreamUnavailable, again in ${wait}s`)
        yield* TestClock.adjust(Duration.seconds(wait))
        yield* fail(1)
      }
    }).pipe(there)
  )

  it.effect.each([
    ["moderation", rejected, "Closed"],
    ["a key that lets nobody in", denied, "Closed"],
    ["no answer", lost, "Open"],
    ["a refusal for now", refused, "Open"]
  ] as const)("six orders that met %s", ([, turn, state]) =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...always(turn)))
      yield* Effect.replicateEffect(buy(), 6)
      assert.strictEqual(yield* states, state)
    }).pipe(there)
  )

  it.effect("opens by orders whose end nobody knows, which stay open to be followed", () =>
    Effect.gen(function* () {
      yield* grant
      yield* upstream.use(({ nextLookUps, nextSubmits }) =>
        Effect.andThen(nextSubmits(...always(lost)), nextLookUps(...always(down), ...always(down)))
      )
      for (const _ of [1, 2, 3, 4, 5]) assert.strictEqual(yield* buy(), "Queued")
      assert.strictEqual(yield* states, "Open")
      const before = (yield* callsMade).length
      yield* TestClock.adjust("1 minute")
      assert.isAbove((yield* callsMade).length, before)
    }).pipe(there)
  )

  it.effect("a success in between starts the count anew", () =>
    Effect.gen(function* () {
      yield* grant
      yield* fail(4)
      yield* buy()
      yield* fail(4)
      assert.strictEqual(yield* states, "Closed")
    }).pipe(there)
  )

  it.effect("what was paid for before is answered, whatever stands open", () =>
    Effect.gen(function* () {
      yield* grant
      assert.strictEqual(yield* buy("paid"), "Queued")
      yield* upstream.use(({ nextSubmits }) => nextSubmits(refused))
      assert.strictEqual(yield* buy("refunded"), "UpstreamUnavailable, again in 60s")
      yield* fail(4)
      assert.strictEqual(yield* buy("paid"), "replayed")
      assert.strictEqual(yield* buy("refunded"), "UpstreamUnavailable, again in 5s")
      assert.strictEqual(yield* buy("new"), "UpstreamUnavailable, again in 5s")
      assert.strictEqual(yield* balance, 9)
    }).pipe(there)
  )

  it.effect("is told in the metrics", () =>
    Effect.gen(function* () {
      yield* opened
      yield* TestClock.adjust(0)
      const circuit = (yield* Metric.snapshot).find(({ id }) => id === "scnmnt_upstream_circuit")
      assert.deepInclude(circuit?.state, { value: 2 })
    }).pipe(there)
  )
})
