import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { spendOf } from "./support/Books.ts"
import { eventually } from "./support/Client.ts"
import { file, png } from "./support/Fixtures.ts"
import { balanceOf, generate, generateByForm, newAccount } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"
import { holdSubmission, submittedId } from "./support/Upstream.ts"

layer(Service.layer(), { excludeTestServices: true })("the credit of a job", (it) => {
  it.effect("is in the books as spent when the upstream hears of the task", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { answer } = yield* holdSubmission()
      const ordering = yield* Effect.forkChild(generate({ fingerprint }))
      const id = yield* submittedId
      assert.strictEqual(yield* spendOf(id), "Open")
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
      yield* answer({ id, status: "queued" })
      assert.strictEqual((yield* Fiber.join(ordering)).status, 200)
    })
  )

  it.effect("is asked for before the upstream: without one it hears nothing, whatever the job", () =>
    Effect.gen(function* () {
      const { requests } = yield* Service.freshUpstream
      const fingerprint = "account-without-credits"
      const key = { "idempotency-key": "without-credits" }
      for (const answer of [
        yield* generate({ fingerprint }),
        yield* generate({ fingerprint }, key),
        yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox"))]),
        yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox"))], key)
      ]) {
        assert.strictEqual(answer.status, 402)
        assert.deepInclude(answer.json, { code: 402, error: "InsufficientCredits" })
      }
      assert.lengthOf(
        (yield* requests).filter(({ call }) => call === "submit"),
        0
      )
      assert.strictEqual(yield* balanceOf(fingerprint), 0)
    })
  )

  it.effect("comes back though its owner has left before the upstream refuses", () =>
    Effect.gen(function* () {
      const upstream = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { answer } = yield* holdSubmission({ status: 400 })
      const ordering = yield* Effect.forkChild(generate({ fingerprint }))
      const id = yield* submittedId
      yield* Fiber.interrupt(ordering)
      yield* Service.clientsLeaveIsKnown
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
      yield* answer({ detail: { error: "no" } })
      yield* eventually(spendOf(id), (spend) => spend === "Refunded rejected")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
      const submission = yield* upstream.awaitRequest(({ call, outcome }) => call === "submit" && outcome !== "open")
      assert.strictEqual(submission.outcome, "answered")
    })
  )

  it.effect("stays spent though its owner has left before the upstream accepts", () =>
    Effect.gen(function* () {
      const upstream = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { answer } = yield* holdSubmission({ accepts: true })
      const ordering = yield* Effect.forkChild(generateByForm({ fingerprint }, [file("fox.png", png("a fox"))]))
      const id = yield* submittedId
      yield* Fiber.interrupt(ordering)
      yield* Service.clientsLeaveIsKnown
      yield* answer({ id, status: "queued" })
      const submission = yield* upstream.awaitRequest(({ call, outcome }) => call === "submit" && outcome !== "open")
      assert.strictEqual(submission.outcome, "answered")
      assert.lengthOf(yield* upstream.tasks, 1)
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
    })
  )
})
