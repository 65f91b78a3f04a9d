import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Array, Effect, Fiber } from "effect"
import { spendOf } from "./support/Books.ts"
import type { Answer } from "./support/Client.ts"
import { assertFailure } from "./support/Failures.ts"
import { file, jpeg, png } from "./support/Fixtures.ts"
import { balanceOf, follow, generate, generateByForm, newAccount, taskIdOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"
import { holdSubmission, submissionsOf, submittedId } from "./support/Upstream.ts"

const key = { "idempotency-key": "order-1" }

const isReplayed = ({ headers }: Answer) => headers.get("idempotency-replayed") === "true"

const assertOneTask = Effect.fnUntraced(function* (id: string, fingerprint: string) {
  const { tasks } = yield* UpstreamSimulator
  assert.deepStrictEqual(
    (yield* tasks).map((task) => task.id),
    [id]
  )
  assert.strictEqual(yield* balanceOf(fingerprint), 9)
})

layer(Service.layer(), { excludeTestServices: true })("an order with an Idempotency-Key", (it) => {
  it.effect("leads to the same task when it is repeated, as it stands by then, for one credit", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.takes("300 millis"))
      const first = yield* generate({ fingerprint }, key)
      const id = yield* taskIdOf(first)
      assert.isFalse(isReplayed(first))
      const second = yield* generate({ fingerprint }, key)
      assert.strictEqual(second.status, 200)
      assert.isTrue(isReplayed(second))
      assert.strictEqual(yield* taskIdOf(second), id)
      assert.deepInclude(second.json["data"], { prompt: "a red fox", remainingCredits: 9 })
      yield* follow(id)
      const third = yield* generate({ fingerprint }, key)
      assert.isTrue(isReplayed(third))
      assert.deepInclude(third.json["data"], { id, status: "completed", remainingCredits: 9 })
      assert.lengthOf(yield* submissionsOf(id), 1)
      yield* assertOneTask(id, fingerprint)
    })
  )

  it.effect("is the same order however its JSON or form is written, as long as it means the same", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const id = yield* taskIdOf(yield* generate({ fingerprint, prompt: "a red fox", size: "1:1" }, key))
      for (const answer of [
        yield* generate({ size: "", prompt: "  a red fox\n", fingerprint }, key),
        yield* generateByForm({ fingerprint, size: "other" }, [], key)
      ]) {
        assert.isTrue(isReplayed(answer))
        assert.strictEqual(yield* taskIdOf(answer), id)
      }
      yield* assertOneTask(id, fingerprint)
    })
  )

  it.effect("is refused for another order with the same key, and costs nothing", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const id = yield* taskIdOf(yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox"))], key))
      for (const answer of [
        yield* generate({ fingerprint }, key),
        yield* generateByForm({ fingerprint, prompt: "an owl" }, [file("fox.png", png("a fox"))], key),
        yield* generateByForm({ fingerprint, size: "16:9" }, [file("fox.png", png("a fox"))], key),
        yield* generateByForm({ fingerprint }, [file("fox.png", png("a hare"))], key),
        yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox")), file("2.jpg", jpeg)], key)
      ]) {
        yield* assertFailure(answer, 422, "IdempotencyKeyReused")
        assert.isFalse(isReplayed(answer))
      }
      const renamed = yield* generateByForm({ fingerprint }, [file("other.png", png("a fox"), "text/plain")], key)
      assert.isTrue(isReplayed(renamed))
      assert.strictEqual(yield* taskIdOf(renamed), id)
      yield* assertOneTask(id, fingerprint)
    })
  )

  it.effect("is another order for another account", () =>
    Effect.gen(function* () {
      const { tasks } = yield* Service.freshUpstream
      const ids = yield* Effect.forEach([newAccount, newAccount], (account) =>
        Effect.flatMap(account, (fingerprint) => Effect.flatMap(generate({ fingerprint }, key), taskIdOf))
      )
      assert.notStrictEqual(ids[0], ids[1])
      assert.lengthOf(yield* tasks, 2)
    })
  )

  it.effect("sent 20 times at once is one task for one credit", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const answers = yield* Effect.all(
        Array.makeBy(20, () => generate({ fingerprint }, key)),
        {
          concurrency: "unbounded"
        }
      )
      const ids = new Set(yield* Effect.forEach(answers, taskIdOf))
      assert.strictEqual(ids.size, 1)
      assert.lengthOf(
        answers.filter((answer) => !isReplayed(answer)),
        1
      )
      yield* assertOneTask([...ids].join(), fingerprint)
    })
  )

  it.effect("repeated by a client that left too early leads to the task that it paid for", () =>
    Effect.gen(function* () {
      const { awaitRequest } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      const { answer } = yield* holdSubmission({ accepts: true })
      const ordering = yield* Effect.forkChild(generate({ fingerprint }, key))
      const id = yield* submittedId
      yield* Fiber.interrupt(ordering)
      yield* Service.clientsLeaveIsKnown
      yield* answer({ id, status: "queued" })
      yield* awaitRequest(({ call, outcome }) => call === "submit" && outcome === "answered")
      const repeated = yield* generate({ fingerprint }, key)
      assert.isTrue(isReplayed(repeated))
      assert.strictEqual(yield* taskIdOf(repeated), id)
      yield* assertOneTask(id, fingerprint)
    })
  )

  it.effect("that was refused can be repeated: it pays again, and only for the task that comes of it", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.refuse(400))
      yield* assertFailure(yield* generate({ fingerprint }, key), 422, "RequestRejected")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
      const repeated = yield* generate({ fingerprint }, key)
      assert.strictEqual(repeated.status, 200)
      const id = yield* taskIdOf(repeated)
      assert.strictEqual((yield* follow(id)).status, "completed")
      assert.lengthOf(yield* submissionsOf(id), 2)
      yield* assertOneTask(id, fingerprint)
    })
  )

  it.effect("whose task failed is answered with that task, and its credit stays back", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.fails())
      const id = yield* taskIdOf(yield* generate({ fingerprint }, key))
      yield* follow(id)
      const repeated = yield* generate({ fingerprint }, key)
      assert.isTrue(isReplayed(repeated))
      assert.deepInclude(repeated.json["data"], { id, status: "failed", refunded: true, remainingCredits: 10 })
      assert.lengthOf(yield* submissionsOf(id), 1)
      assert.strictEqual(yield* spendOf(id), "Refunded failed")
    })
  )

  it.effect("means the same after the service was stopped and started, from its books alone", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const storePath = yield* Service.newStorePath
      const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.scoped(Effect.provideServiceEffect(effect, Service.Service, Service.start(storePath)))
      const [fingerprint, id] = yield* run(
        Effect.gen(function* () {
          const fingerprint = yield* newAccount
          return [fingerprint, yield* taskIdOf(yield* generate({ fingerprint }, key))] as const
        })
      )
      yield* run(
        Effect.gen(function* () {
          const repeated = yield* generate({ fingerprint }, key)
          assert.isTrue(isReplayed(repeated))
          assert.strictEqual(yield* taskIdOf(repeated), id)
          assert.strictEqual((yield* follow(id)).status, "completed")
          yield* assertFailure(yield* generate({ fingerprint, prompt: "an owl" }, key), 422, "IdempotencyKeyReused")
          yield* assertOneTask(id, fingerprint)
        })
      )
    })
  )
})
