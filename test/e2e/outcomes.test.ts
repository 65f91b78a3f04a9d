import { assert, describe, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { spendOf } from "./support/Books.ts"
import { balanceOf, follow, generate, newAccount, taskIdOf, taskOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"
import { submissionsOf, submittedId } from "./support/Upstream.ts"

/** Orders a picture at an upstream that has these faults, one submission after the other. */
const orderedAfter = Effect.fnUntraced(function* (...faults: ReadonlyArray<Fault.Fault>) {
  const { play } = yield* Service.freshUpstream
  yield* Effect.forEach(faults, (fault) => play(fault))
  const fingerprint = yield* newAccount
  const answer = yield* generate({ fingerprint })
  const id = yield* submittedId
  return { answer, fingerprint, id, submissions: yield* submissionsOf(id) }
})

/** What stands in the simulator's place once the task is there. */
const startedOnce = Effect.fnUntraced(function* (id: string) {
  const { tasks } = yield* UpstreamSimulator
  assert.deepStrictEqual(
    (yield* tasks).map((task) => task.id),
    [id]
  )
})

const unaccepted = Fault.dropLine({ accepts: false })

// Retries take their time: each test has a service of its own, so that they can take it together.
describe.concurrent("a credit", () => {
  it.live.each([
    ["at once", [], 1],
    ["by the retry, after an answer 429", [Fault.refuse(429)], 2],
    ["by the retry, after an answer 503 that asks to wait a second", [Fault.refuse(503, { retryAfter: "1" })], 2],
    ["by the retry, after a line that dropped before the upstream had the task", [unaccepted], 2],
    ["by the retry, after a line that dropped when it had the task", [Fault.dropLine()], 2],
    ["by the retry, after a 500 that it answered though it had the task", [Fault.acceptThenFail(500)], 2],
    ["by the retry, after a CDN's 524 in HTML", [Fault.acceptThenFail(524, { html: true })], 2],
    ["by the retry, after an answer that is no JSON", [Fault.brokenJson()], 2],
    ["by a look-up, after it refused to repeat what it had", [Fault.dropLine(), Fault.refuse(400)], 2]
  ] as const)("is spent when the upstream accepts the task %s", ([, faults, tries]) =>
    Effect.gen(function* () {
      const { answer, fingerprint, id, submissions } = yield* orderedAfter(...faults)
      assert.strictEqual(answer.status, 200)
      assert.deepInclude(answer.json["data"], { id, remainingCredits: 9 })
      assert.lengthOf(submissions, tries)
      yield* startedOnce(id)
      assert.strictEqual((yield* follow(id)).status, "completed")
      assert.strictEqual(yield* spendOf(id), "Settled")
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
    }).pipe(Service.alone)
  )

  it.live.each([
    [400, 422, "RequestRejected", "rejected"],
    [422, 422, "RequestRejected", "rejected"],
    [401, 502, "UpstreamFailed", "rejected"],
    [403, 502, "UpstreamFailed", "rejected"]
  ] as const)(
    "comes back when the upstream answers the first try with %i: the caller gets %i",
    ([said, status, error, why]) =>
      Effect.gen(function* () {
        const { answer, fingerprint, id, submissions } = yield* orderedAfter(Fault.refuse(said))
        assert.strictEqual(answer.status, status)
        assert.deepInclude(answer.json, { code: status, error, taskId: id })
        assert.lengthOf(submissions, 1)
        assert.strictEqual(yield* spendOf(id), `Refunded ${why}`)
        assert.strictEqual(yield* balanceOf(fingerprint), 10)
        assert.deepInclude(yield* taskOf(id), { status: "failed", refunded: true })
      }).pipe(Service.alone)
  )

  it.live("comes back when the upstream asks to wait longer than the caller can, and does not know the task", () =>
    Effect.gen(function* () {
      const { answer, fingerprint, id } = yield* orderedAfter(Fault.refuse(429, { retryAfter: "30" }))
      assert.strictEqual(answer.status, 503)
      assert.deepInclude(answer.json, { code: 503, error: "UpstreamUnavailable", taskId: id, retryAfter: 30 })
      assert.strictEqual(answer.headers.get("retry-after"), "30")
      assert.strictEqual(yield* spendOf(id), "Refunded unavailable")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    }).pipe(Service.alone)
  )

  it.live("comes back when every try was refused and the upstream can't be asked for the task", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.refuse(503, { retryAfter: "120" }))
      yield* play(Fault.lookUpFails(), { times: Infinity })
      const answer = yield* generate({ fingerprint })
      assert.deepInclude(answer.json, { code: 503, error: "UpstreamUnavailable", retryAfter: 120 })
      assert.strictEqual(yield* spendOf(yield* submittedId), "Refunded unavailable")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    }).pipe(Service.alone)
  )

  it.live("comes back when a refusal follows a dropped line, and the upstream twice does not know the task", () =>
    Effect.gen(function* () {
      const { answer, fingerprint, id } = yield* orderedAfter(unaccepted, Fault.refuse(400))
      assert.strictEqual(answer.status, 422)
      assert.deepInclude(answer.json, { error: "RequestRejected", taskId: id })
      const { requests } = yield* UpstreamSimulator
      const lookUps = (yield* requests).filter(({ query }) => query["ids"] === id)
      assert.isAtLeast(lookUps.length, 2)
      assert.strictEqual(yield* spendOf(id), "Refunded rejected")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    }).pipe(Service.alone)
  )

  it.live("stays taken when the upstream may have the task and can't be asked, until it can be", () =>
    Effect.gen(function* () {
      const { play, tasks } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.lookUpFails(), { times: 5 })
      yield* play(Fault.dropLine())
      yield* play(Fault.refuse(400))
      const answer = yield* generate({ fingerprint })
      assert.strictEqual(answer.status, 200)
      const id = yield* taskIdOf(answer)
      assert.deepInclude(answer.json["data"], { status: "queued", remainingCredits: 9 })
      assert.lengthOf(yield* tasks, 1)
      assert.strictEqual((yield* follow(id)).status, "completed")
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
    }).pipe(Service.alone)
  )

  it.live("comes back when the upstream accepts the task as one that has failed", () =>
    Effect.gen(function* () {
      const { answer, fingerprint, id } = yield* orderedAfter(Fault.failsAtOnce())
      assert.strictEqual(answer.status, 200)
      assert.deepInclude(answer.json["data"], { id, status: "failed", refunded: true, remainingCredits: 10 })
      assert.strictEqual(yield* spendOf(id), "Refunded failed")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    }).pipe(Service.alone)
  )

  it.live.each([
    ["fails later", Fault.fails(), "failed"],
    ["ends in a fork's word for failure", Fault.endsBadly("CANCELLED"), "failed"],
    ["succeeds without an image", Fault.emptyData(), "no-image"],
    ["succeeds with nothing at all", Fault.nullData(), "no-image"]
  ] as const)("comes back when the task %s", ([, fault, reason]) =>
    Effect.gen(function* () {
      const { fingerprint, id } = yield* orderedAfter(fault)
      const task = yield* follow(id)
      assert.deepInclude(task, { status: "failed", refunded: true })
      assert.isNotEmpty(task.error)
      assert.notProperty(task, "image")
      assert.strictEqual(yield* spendOf(id), `Refunded ${reason}`)
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    }).pipe(Service.alone)
  )
})
