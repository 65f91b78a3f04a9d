import { assert, describe, it } from "@effect/vitest"
import * as Failures from "@scnmnt/server/api/Failures"
import { LineCut } from "@scnmnt/server/client/LineCut"
import * as Patience from "@scnmnt/server/client/Patience"
import { Duration, Effect, Fiber, Ref } from "effect"
import { HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"

const request = HttpClientRequest.get("http://server/")
const answered = (status: number, headers: Record<string, string> = {}) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({
      request,
      response: HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
    })
  })
const unreachable = new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request }) })
const busy = (retryAfter: number) => new Failures.UpstreamUnavailable({ retryAfter })

describe("after what it is worth to ask again, and when", () => {
  it.each([
    ["a service that asks to wait", busy(7), 7],
    ["a proxy that asks to wait", answered(429, { "retry-after": "9" }), 9],
    ["a proxy that asks to wait for no time", answered(503), 1],
    ["a proxy whose server is away", answered(502), 0],
    ["an answer that was cut off", answered(200), 0],
    ["no answer", unreachable, 0],
    ["a line that was cut off", new LineCut(), 0],
    ["a refusal", new Failures.InsufficientCredits(), undefined],
    ["another kind of server", answered(404), undefined],
    ["a defect of the server's", answered(500), undefined],
    ["what is no error of a call", new TypeError("no"), undefined]
  ])("%s", (_, error, seconds) => {
    const pause = Patience.pauseAfter(error)
    assert.strictEqual(pause && Duration.toSeconds(pause), seconds)
  })
})

describe("patience", () => {
  /** Calls that fail like this for ever: how many there were, and after how many seconds it gave up. */
  const course = Effect.fnUntraced(function* (error: unknown) {
    const calls = yield* Ref.make(0)
    const told = yield* Ref.make(0)
    const call = Effect.andThen(
      Ref.update(calls, (count) => count + 1),
      Effect.fail(error)
    )
    const fiber = yield* call.pipe(
      Effect.retry(Patience.schedule({ unreachable: "10 seconds", busy: "1 minute" })),
      Effect.provideService(Patience.Listener, () => Ref.update(told, (count) => count + 1)),
      Effect.exit,
      Effect.forkChild
    )
    yield* TestClock.adjust("10 minutes")
    yield* Fiber.join(fiber)
    return { calls: yield* Ref.get(calls), told: yield* Ref.get(told) }
  })

  it.effect("slackens with a server that is away, and gives up", () =>
    // 0.25 + 0.5 + 1 + 2 + 4 = 7.75 s, and the next pause would lead past 10 s.
    Effect.map(course(unreachable), (course) => assert.deepStrictEqual(course, { calls: 6, told: 5 }))
  )

  it.effect("does not ask before it is told to, and not at all where that is too long", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* course(busy(25)), { calls: 3, told: 2 })
      assert.deepStrictEqual(yield* course(busy(61)), { calls: 1, told: 0 })
    })
  )

  it.effect("does not ask twice what was refused", () =>
    Effect.map(course(new Failures.InsufficientCredits()), (course) =>
      assert.deepStrictEqual(course, { calls: 1, told: 0 })
    )
  )
})
