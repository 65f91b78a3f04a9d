import { assert, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Gallery from "./Gallery.ts"
import { file } from "./Pictures.ts"
import { ask } from "./RawClient.ts"

/** Lets time pass until the effect has come to its end, and says how many seconds that took. */
const inTime = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkChild(effect)
  let ticks = 0
  while (fiber.pollUnsafe() === undefined) {
    // What is on its way through sockets gets its turns: to these, time is long.
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    yield* TestClock.adjust("5 millis")
    ticks += 1
  }
  return [yield* Fiber.join(fiber), ticks / 200] as const
})

it.effect("headers that take 90 s are not waited for, nor is the upstream held to them", () =>
  Effect.gen(function* () {
    const { awaitRequest, play } = yield* UpstreamSimulator
    const [path] = yield* inTime(Gallery.taskOf(({ origin, path }) => [{ url: origin + path }]))
    yield* play(Fault.lateHeaders({ on: "image" }))
    const [{ body, status }, seconds] = yield* inTime(ask(path))
    assert.strictEqual(status, 503)
    assert.include(JSON.parse(body.toString()), { error: "UpstreamUnavailable" })
    assert.isBelow(seconds, 90)
    yield* awaitRequest(({ call, outcome }) => call === "image" && outcome === "hung-up")
  }).pipe(Effect.provide(Gallery.layer()))
)

it.effect("an image that falls silent is a broken line, and its storage is left", () =>
  Effect.gen(function* () {
    const { requests } = yield* Gallery.Gallery
    const [{ at, path }] = yield* inTime(
      Gallery.shown((_, response) => {
        response.writeHead(200, { "content-length": 1000 }).write(file(500))
      })
    )
    const [{ body, complete, status }] = yield* inTime(ask(path))
    assert.strictEqual(status, 200)
    assert.isFalse(complete)
    assert.isAtMost(body.length, 500)
    yield* Effect.forEach(requests(at), ({ left }) => Deferred.await(left))
  }).pipe(Effect.provide(Gallery.layer()))
)
