import { assert, layer } from "@effect/vitest"
import { Array, Effect } from "effect"
import { post } from "./support/Client.ts"
import { balanceOf, follow, generate, newAccount, taskIdOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

const times = <A, E, R>(count: number, effect: Effect.Effect<A, E, R>) =>
  Effect.all(
    Array.makeBy(count, () => effect),
    { concurrency: "unbounded" }
  )

const statuses = (answers: ReadonlyArray<{ readonly status: number }>) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b)

layer(Service.layer(), { excludeTestServices: true })("at the same time", (it) => {
  it.effect("200 orders on 10 credits are 10 jobs and 190 refusals", () =>
    Effect.gen(function* () {
      const { tasks, counters } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const answers = yield* times(200, generate({ fingerprint }))
      assert.deepStrictEqual(statuses(answers), [...Array.makeBy(10, () => 200), ...Array.makeBy(190, () => 402)])
      assert.strictEqual((yield* counters).calls.submit, 10)
      assert.lengthOf(yield* tasks, 10)
      const ids = yield* Effect.forEach(
        answers.filter(({ status }) => status === 200),
        taskIdOf
      )
      assert.sameMembers(
        ids,
        (yield* tasks).map(({ id }) => id)
      )
      assert.strictEqual(yield* balanceOf(fingerprint), 0)
      const ended = yield* Effect.forEach(ids, follow, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        ended.map(({ status }) => status),
        Array.makeBy(10, () => "completed")
      )
      assert.strictEqual(yield* balanceOf(fingerprint), 0)
    })
  )

  it.effect("50 check-ins are one grant", () =>
    Effect.gen(function* () {
      const fingerprint = "account-that-checks-in"
      const answers = yield* times(50, post("/api/quota/check-in", { fingerprint }))
      for (const { json, status } of answers) {
        assert.strictEqual(status, 200)
        assert.deepStrictEqual(json, {
          code: 0,
          message: "ok",
          data: { balance: 10, signedToday: true, cap: 100, dailyGrant: 10 }
        })
      }
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
    })
  )

  it.effect("200 readers of running tasks cost the upstream far fewer look-ups, on at most 50 lines", () =>
    Effect.gen(function* () {
      const { counters } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const ids = yield* Effect.forEach(
        Array.makeBy(4, () => fingerprint),
        (fingerprint) => Effect.flatMap(generate({ fingerprint }), taskIdOf)
      )
      yield* times(50, Effect.forEach(ids, follow, { concurrency: "unbounded" }))
      const { calls, connections } = yield* counters
      assert.isAtMost(connections.most, 50)
      assert.isBelow(calls["look-up"], 200)
    })
  )
})
