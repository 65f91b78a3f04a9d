import { assert, describe, it } from "@effect/vitest"
import { ImageUpstream, LookUpError, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { adapters, generation, serve, simulated, taskId } from "./support.ts"

const lookUp = (index: number) => ImageUpstream.use((upstream) => upstream.lookUp(taskId(index)))
const lookUpMany = (indexes: ReadonlyArray<number>) => Effect.forEach(indexes, lookUp, { concurrency: "unbounded" })
const submit = (index: number) => ImageUpstream.use((upstream) => upstream.submit(taskId(index), generation))
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

const lookUps = UpstreamSimulator.use(({ requests }) =>
  Effect.map(requests, (all) =>
    all.filter(({ call }) => call === "look-up").map(({ query }) => query["ids"]?.split(","))
  )
)

describe("looking up", () => {
  it.live("tells tasks that are there from tasks that are missing", () =>
    Effect.gen(function* () {
      yield* submit(1)
      const [there, missing] = yield* lookUpMany([1, 2])
      assert.deepStrictEqual(there, Option.some(UpstreamTask.cases.Queued.make({})))
      assert.deepStrictEqual(missing, Option.none())
    }).pipe(Effect.provide(simulated({}, { queuedFor: "1 hour" })))
  )

  it.live("250 tasks at once takes 3 requests, with the key", () =>
    Effect.gen(function* () {
      const found = yield* lookUpMany(upTo(250))
      assert.isTrue(found.every(Option.isNone))
      const asked = yield* lookUps
      assert.deepStrictEqual(
        asked.map((ids) => ids?.length),
        [100, 100, 50]
      )
      assert.deepStrictEqual(asked.flat().toSorted(), upTo(250).map(taskId))
      const requests = yield* UpstreamSimulator.use(({ requests }) => requests)
      assert.isTrue(requests.every(({ headers }) => headers["authorization"] === "Bearer simulator-key"))
    }).pipe(Effect.provide(simulated()))
  )

  it.live("the same task many times at once asks once, and asks anew after that", () =>
    Effect.gen(function* () {
      yield* lookUpMany([1, 2, 1, 1, 2])
      assert.deepStrictEqual(yield* lookUps, [[taskId(1), taskId(2)]])
      yield* lookUp(1)
      assert.lengthOf(yield* lookUps, 2)
    }).pipe(Effect.provide(simulated()))
  )

  it.live("a task that is being asked for joins that request, and who leaves takes nobody along", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<void>()
      const urls: Array<string | undefined> = []
      const url = yield* serve((request, response) => {
        urls.push(request.url)
        Deferred.doneUnsafe(asked, Effect.void)
        Effect.runFork(
          Effect.andThen(
            Deferred.await(gate),
            Effect.sync(() => response.end(JSON.stringify({ items: [], missing_ids: [taskId(1), taskId(2)] })))
          )
        )
      })
      yield* Effect.gen(function* () {
        const leaver = yield* Effect.forkChild(lookUp(1))
        yield* Deferred.await(asked)
        const joiner = yield* Effect.forkChild(lookUp(1), { startImmediately: true })
        const other = yield* Effect.forkChild(lookUp(2), { startImmediately: true })
        yield* Fiber.interrupt(leaver)
        yield* Deferred.succeed(gate, undefined)
        assert.deepStrictEqual(yield* Fiber.join(joiner), Option.none())
        assert.deepStrictEqual(yield* Fiber.join(other), Option.none())
      }).pipe(Effect.provide(adapters(url)))
      assert.deepStrictEqual(
        urls.map((url) => decodeURIComponent(url ?? "")),
        [`/api/image-tasks?ids=${taskId(1)}`, `/api/image-tasks?ids=${taskId(2)}`]
      )
    })
  )

  it.live.each([
    ["401", Fault.refuse(401, { on: "look-up" })],
    ["429", Fault.refuse(429, { on: "look-up", retryAfter: "3" })],
    ["502", Fault.lookUpFails(502)],
    ["524 in HTML", Fault.refuseInHtml(524, { on: "look-up" })],
    ["broken JSON", Fault.brokenJson({ on: "look-up" })],
    ["a dropped line", Fault.dropLine({ on: "look-up" })]
  ] as const)("says nothing about a task at %s", ([, fault]) =>
    Effect.gen(function* () {
      yield* submit(1)
      yield* UpstreamSimulator.use(({ play }) => play(fault))
      assert.deepStrictEqual(yield* Effect.flip(lookUp(1)), new LookUpError())
      assert.isTrue(Option.isSome(yield* lookUp(1)))
    }).pipe(Effect.provide(simulated()))
  )

  it.effect("says nothing when time runs out", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.lateHeaders({ on: "look-up" }))
      const fiber = yield* Effect.forkChild(Effect.flip(lookUp(1)), { startImmediately: true })
      yield* TestClock.adjust("5 millis")
      yield* simulator.awaitRequest(({ call }) => call === "look-up")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), new LookUpError())
    }).pipe(Effect.provide(simulated()))
  )

  it.live("believes no answer that leaves the task out, and takes what else it brings", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => {
        const items = [null, { id: taskId(9) }, { id: taskId(1), status: "running", data: 7 }]
        response.end(JSON.stringify({ items, missing_ids: [taskId(2), 5] }))
      })
      const results = yield* Effect.forEach([1, 2, 3, 9], (index) => Effect.result(lookUp(index)), {
        concurrency: "unbounded"
      }).pipe(Effect.provide(adapters(url)))
      assert.deepStrictEqual(
        results.map((result) =>
          result._tag === "Failure" ? result.failure._tag : Option.getOrNull(result.success)?._tag
        ),
        ["Running", undefined, "LookUpError", "LookUpError"]
      )
    })
  )

  it.live("asks in halves for what is too long for one answer", () =>
    Effect.gen(function* () {
      const image = "A".repeat(10 * 1024 * 1024)
      const asked: Array<number> = []
      const url = yield* serve((request, response) => {
        const ids = new URL(request.url ?? "", "http://upstream").searchParams.get("ids")?.split(",") ?? []
        asked.push(ids.length)
        const items = ids.map((id) => ({ id, status: "success", data: [{ b64_json: image }] }))
        response.end(JSON.stringify({ items, missing_ids: [] }))
      })
      const found = yield* lookUpMany(upTo(5)).pipe(Effect.provide(adapters(url)))
      assert.deepStrictEqual(asked, [5, 3, 2])
      assert.isTrue(found.every((task) => Option.isSome(task) && task.value._tag === "Succeeded"))
    })
  )
})
