import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as Fault from "../src/Fault.ts"
import { UpstreamSimulator } from "../src/UpstreamSimulator.ts"
import { call, json, lookUp, play, startedIds, submit } from "./client.ts"

const simulated = UpstreamSimulator.layer()

describe("an answer that fails after the task was accepted", () => {
  it.effect("drops the line without a byte", () =>
    Effect.gen(function* () {
      yield* play(Fault.dropLine())
      const lost = yield* Effect.flip(submit("t1"))
      assert.strictEqual(lost.bytesRead, 0)
      assert.deepStrictEqual(yield* startedIds, ["t1"])
      const { requests } = yield* UpstreamSimulator
      assert.strictEqual((yield* requests)[0]?.outcome, "dropped")
    }).pipe(Effect.provide(simulated))
  )

  it.effect.each<readonly [name: string, fault: Fault.Fault, status: number, body: RegExp]>([
    ["500", Fault.acceptThenFail(), 500, /^\{"detail":\{"error":"upstream error"\}\}$/],
    ["524 in HTML", Fault.acceptThenFail(524, { html: true }), 524, /^<!DOCTYPE html>/],
    ["broken JSON", Fault.brokenJson(), 200, /^\{"id": "7f3c$/]
  ])("says %s", ([, fault, status, body]) =>
    Effect.gen(function* () {
      yield* play(fault)
      const answer = yield* submit("t1")
      assert.strictEqual(answer.status, status)
      assert.match(answer.text, body)
      assert.deepStrictEqual(yield* startedIds, ["t1"])
    }).pipe(Effect.provide(simulated))
  )

  it.live("comes late", () =>
    Effect.gen(function* () {
      const { awaitRequest } = yield* UpstreamSimulator
      yield* play(Fault.lateHeaders({ delay: "150 millis" }))
      const started = performance.now()
      const fiber = yield* Effect.forkChild(submit("t1"))
      yield* awaitRequest(() => true)
      assert.strictEqual((yield* lookUp("t1")).items[0]?.id, "t1")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
      assert.isAtLeast(performance.now() - started, 149)
    }).pipe(Effect.provide(simulated))
  )
})

describe("a refusal starts nothing", () => {
  const detail = (error: string) => ({ detail: { error } })

  it.effect.each<readonly [status: number, fault: Fault.Fault, body: unknown, retryAfter: string | undefined]>([
    [400, Fault.refuse(400), detail("检测到敏感词，拒绝本次任务"), undefined],
    [401, Fault.refuse(401), detail("authorization is invalid"), undefined],
    [
      422,
      Fault.refuse(422),
      { detail: [{ type: "missing", loc: ["body", "prompt"], msg: "Field required", input: {} }] },
      undefined
    ],
    [429, Fault.refuse(429), detail("no available image quota"), undefined],
    [429, Fault.refuse(429, { retryAfter: "3" }), detail("no available image quota"), "3"],
    [503, Fault.refuse(503), detail("image task queue is full"), undefined]
  ])("%s", ([status, fault, body, retryAfter]) =>
    Effect.gen(function* () {
      yield* play(fault)
      const answer = yield* submit("t1")
      assert.strictEqual(answer.status, status)
      assert.strictEqual(answer.headers["retry-after"], retryAfter)
      assert.deepStrictEqual(yield* json(answer), body)
      assert.deepStrictEqual(yield* startedIds, [])
      assert.strictEqual((yield* submit("t1")).status, 200)
    }).pipe(Effect.provide(simulated))
  )

  it.effect("524 in HTML, and a line dropped unaccepted", () =>
    Effect.gen(function* () {
      yield* play(Fault.refuseInHtml(524), Fault.dropLine({ accepts: false }))
      const answer = yield* submit("t1")
      assert.strictEqual(answer.status, 524)
      assert.match(answer.headers["content-type"] ?? "", /^text\/html/)
      assert.strictEqual((yield* Effect.flip(submit("t1")))._tag, "LineLost")
      assert.deepStrictEqual(yield* startedIds, [])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("not even for an id that is known: moderation comes first", () =>
    Effect.gen(function* () {
      yield* submit("t1")
      yield* play(Fault.refuse(400))
      assert.strictEqual((yield* submit("t1")).status, 400)
      assert.deepStrictEqual(yield* startedIds, ["t1"])
    }).pipe(Effect.provide(simulated))
  )
})

describe("look-ups", () => {
  it.effect("fail as often as they are told to, in the order of play", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.lookUpFails(), { times: 2 })
      yield* play(Fault.brokenJson({ on: "look-up" }))
      const statuses = yield* Effect.forEach([1, 2, 3, 4], () => call("/api/image-tasks?ids=x"))
      assert.deepStrictEqual(
        statuses.map(({ status, text }) => [status, text.endsWith("}")]),
        [
          [502, true],
          [502, true],
          [200, false],
          [200, true]
        ]
      )
    }).pipe(Effect.provide(simulated))
  )
})
