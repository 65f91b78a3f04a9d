import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { eventually, request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { complete, newAccount, taskOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { puppet } from "./support/Following.ts"
import * as Time from "./support/Time.ts"

const unknown = "00000000-0000-4000-8000-000000000000"

const waitFor = (id: string, seconds: number | string) => request(`/api/images/tasks/${id}?wait=${seconds}`)

layer(Service.layer(), { excludeTestServices: true })("who waits for a task", (it) => {
  it.effect("is answered with its end", () =>
    Effect.gen(function* () {
      const { id, runs, succeeds } = yield* puppet
      yield* runs("painting")
      const waiting = yield* Effect.forkChild(waitFor(id, 55))
      yield* runs("receiving_image")
      yield* Service.clientsLeaveIsKnown
      assert.isUndefined(waiting.pollUnsafe())
      yield* succeeds
      const { json, status } = yield* Fiber.join(waiting)
      assert.strictEqual(status, 200)
      assert.deepInclude(json["data"], { id, status: "completed" })
    })
  )

  it.effect("hears at once of an end that there is already, and of a task that nobody knows", () =>
    Effect.gen(function* () {
      const { id } = yield* complete({ fingerprint: yield* newAccount })
      assert.deepInclude((yield* waitFor(id, 55)).json["data"], { status: "completed" })
      assert.deepInclude((yield* waitFor(unknown, 55)).json["data"], { status: "failed" })
    })
  )

  it.effect.each(["-1", "56", "1e9", "abc", "", "%20", "NaN", "Infinity", "1,5", "5s", "0x10", "+5"])(
    "can't do so for %j seconds",
    (seconds) =>
      Effect.gen(function* () {
        yield* assertFailure(yield* waitFor(unknown, seconds), 400, "InvalidRequest")
      })
  )
})

layer(Time.layer(), { excludeTestServices: true })("who waits long enough", (it) => {
  it.effect.each([1, 30, 55])("is answered after %i seconds with the task as it stands", (seconds) =>
    Effect.gen(function* () {
      const { id, runs } = yield* puppet
      yield* runs("painting")
      yield* eventually(Effect.andThen(Time.pass("1 second"), taskOf(id)), ({ status }) => status === "running")
      const waiting = yield* Effect.forkChild(waitFor(id, seconds))
      yield* Time.pass(0)
      yield* Time.pass(seconds * 1000 - 100)
      assert.isUndefined(waiting.pollUnsafe())
      yield* Time.pass("100 millis")
      const { json, status } = yield* Fiber.join(waiting)
      assert.strictEqual(status, 200)
      assert.deepInclude(json["data"], { id, status: "running", progress: "painting" })
    })
  )

  it.effect("is answered at once if he does not want to wait at all", () =>
    Effect.gen(function* () {
      const { id } = yield* puppet
      assert.deepInclude((yield* waitFor(id, 0)).json["data"], { id, status: "queued" })
    })
  )
})
