import { assert, describe, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { eventually, post, request } from "../e2e/support/Client.ts"
import { enhance } from "../e2e/support/Enhancement.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { complete, imagePath, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { openStream, type TextStream } from "../e2e/support/TextStream.ts"

const fox = { prompt: "a red fox", direction: "details" }

/** So many streams at once, until the scope ends. */
const held = <E, R>(stream: Effect.Effect<TextStream, E, R>, count: number) =>
  Effect.acquireRelease(
    Effect.replicateEffect(stream, count, { concurrency: "unbounded" }),
    (streams) => Effect.forEach(streams, ({ leave }) => leave, { discard: true }),
    { interruptible: true }
  )

/** As many enhancements as there may be at once, each in the middle of a stream that never ends. */
const fifty = Effect.gen(function* () {
  const { play } = yield* UpstreamSimulator
  yield* play(Fault.chatStall(), { times: 50 })
  const streams = yield* held(enhance(fox), 50)
  for (const { readUntil } of streams) yield* readUntil("fox")
  return streams
})

/**
 * More images than there are connections for tasks, each in the middle of a stream that never ends. Large ones that
 * nobody reads would do as well, but fill the system's socket buffers first: half a gigabyte, and seconds of work.
 */
const sixty = Effect.gen(function* () {
  const { play } = yield* UpstreamSimulator
  const { id } = yield* complete({ fingerprint: yield* newAccount })
  yield* play(Fault.drippingImage(), { when: { clientTaskId: id }, times: Infinity })
  return yield* held(openStream(imagePath(id)), 60)
})

/** Orders a picture, follows its task and fetches it. */
const aPicture = Effect.gen(function* () {
  const { id } = yield* complete({ fingerprint: yield* newAccount })
  return yield* request(imagePath(id))
})

describe("while 50 enhancements go on and on", () => {
  it.live("a picture is ordered, followed and shown", () =>
    Effect.gen(function* () {
      yield* fifty
      assert.strictEqual((yield* aPicture).status, 200)
    }).pipe(Effect.scoped, Service.alone)
  )

  it.live("one more is told at once to come back later, and may once another has ended", () =>
    Effect.gen(function* () {
      const streams = yield* fifty
      const { counters } = yield* UpstreamSimulator
      const surplus = yield* post("/api/prompts/enhance", fox)
      yield* assertFailure(surplus, 503, "UpstreamUnavailable")
      assert.strictEqual(surplus.json["retryAfter"], Number(surplus.headers.get("retry-after")))
      assert.strictEqual((yield* counters).calls.chat, 50)
      yield* streams[0]?.leave ?? Effect.die("there is no stream")
      yield* eventually(post("/api/prompts/enhance", fox), ({ status }) => status === 200)
    }).pipe(Effect.scoped, Service.alone)
  )
})

describe("while 60 images go on and on", () => {
  it.live("a picture is ordered, followed and shown", () =>
    Effect.gen(function* () {
      for (const { status } of yield* sixty) assert.strictEqual(status, 200)
      assert.strictEqual((yield* aPicture).status, 200)
    }).pipe(Effect.scoped, Service.alone)
  )
})
