import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { complete, newAccount } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { events, inShort, puppet, told } from "./support/Following.ts"

const unknown = "00000000-0000-4000-8000-000000000000"

layer(Service.layer(), { excludeTestServices: true })("a task's events", (it) => {
  it.effect("tell it at once, at every change, and last at its end", () =>
    Effect.gen(function* () {
      const { id, runs, succeeds } = yield* puppet
      const { headers, readAll, readUntil, status } = yield* events(id)
      assert.strictEqual(status, 200)
      assert.strictEqual(headers.get("content-type"), "text/event-stream")
      assert.strictEqual(headers.get("cache-control"), "no-cache")
      assert.strictEqual(headers.get("x-accel-buffering"), "no")
      assert.deepStrictEqual(yield* inShort(yield* readUntil("queued")), ["queued"])
      yield* runs("getting_account")
      yield* readUntil("getting_account")
      yield* runs("receiving_image")
      yield* readUntil("receiving_image")
      yield* succeeds
      const text = yield* readAll
      assert.deepStrictEqual(yield* inShort(text), [
        "queued",
        "running getting_account",
        "running receiving_image",
        "completed"
      ])
      const tasks = (yield* told(text)).map(({ data }) => data)
      assert.deepStrictEqual(tasks.at(-1)?.["image"], `/api/images/tasks/${id}/image`)
      // The last event is the task as it stands from now on.
      assert.deepStrictEqual((yield* request(`/api/images/tasks/${id}`)).json["data"], tasks.at(-1))
    })
  )

  it.effect("say of a task that failed why, with the credit back", () =>
    Effect.gen(function* () {
      const { fails, id } = yield* puppet
      const { readAll, readUntil } = yield* events(id)
      yield* readUntil("queued")
      yield* fails
      const last = (yield* told(yield* readAll)).at(-1)
      assert.deepInclude(last?.data, { status: "failed", refunded: true })
    })
  )

  it.effect("of a task that is over are its end alone", () =>
    Effect.gen(function* () {
      const { id } = yield* complete({ fingerprint: yield* newAccount })
      const { readAll } = yield* events(id)
      assert.deepStrictEqual(yield* inShort(yield* readAll), ["completed"])
    })
  )

  it.effect("of an unknown id are its end too, as existing clients expect", () =>
    Effect.gen(function* () {
      const { readAll, status } = yield* events(unknown)
      assert.strictEqual(status, 200)
      const [last, ...more] = yield* told(yield* readAll)
      assert.deepStrictEqual(more, [])
      assert.deepStrictEqual(last?.data, {
        id: unknown,
        status: "failed",
        error: "This task is unknown or has expired."
      })
      assert.strictEqual((yield* events(unknown, last?.id)).status, 204)
    })
  )

  it.effect("of what is no id are none", () =>
    Effect.gen(function* () {
      yield* assertFailure(yield* request("/api/images/tasks/7/events"), 400, "InvalidRequest")
    })
  )
})

layer(Service.layer(), { excludeTestServices: true })("who comes back with the last event's id", (it) => {
  it.effect("is not told again what he has seen, but what is new", () =>
    Effect.gen(function* () {
      const { id, runs, succeeds } = yield* puppet
      yield* runs("getting_account")
      const first = yield* events(id)
      const seen = (yield* told(yield* first.readUntil("getting_account"))).at(-1)?.id
      yield* first.leave
      const second = yield* events(id, seen)
      yield* runs("receiving_image")
      yield* second.readUntil("receiving_image")
      yield* succeeds
      assert.deepStrictEqual(yield* inShort(yield* second.readAll), ["running receiving_image", "completed"])
    })
  )

  it.effect("is told what he missed in between", () =>
    Effect.gen(function* () {
      const { id, runs, succeeds } = yield* puppet
      const first = yield* events(id)
      const seen = (yield* told(yield* first.readUntil("queued"))).at(-1)?.id
      yield* first.leave
      yield* runs("receiving_image")
      const witness = yield* events(id)
      yield* witness.readUntil("receiving_image")
      const second = yield* events(id, seen)
      assert.deepStrictEqual(yield* inShort(yield* second.readUntil("\n\nid: ")), ["running receiving_image"])
      yield* succeeds
      assert.deepStrictEqual((yield* inShort(yield* second.readAll)).at(-1), "completed")
    })
  )

  it.effect("is told with 204 that there is nothing left, if he has seen the end", () =>
    Effect.gen(function* () {
      const { id } = yield* complete({ fingerprint: yield* newAccount })
      const first = yield* events(id)
      const last = (yield* told(yield* first.readAll)).at(-1)
      const again = yield* events(id, last?.id)
      assert.strictEqual(again.status, 204)
      assert.strictEqual(yield* again.readAll, "")
    })
  )

  it.effect.each(["", "running:painting", "failed", "\u00e9", "x".repeat(5000)])(
    "is told the end if he has not: %j",
    (id) =>
      Effect.gen(function* () {
        const task = yield* complete({ fingerprint: yield* newAccount })
        const { readAll, status } = yield* events(task.id, id)
        assert.strictEqual(status, 200)
        assert.deepStrictEqual(yield* inShort(yield* readAll), ["completed"])
      })
  )

  it.effect("has ids of one line, whatever the upstream calls its steps", () =>
    Effect.gen(function* () {
      const { fails, id, runs } = yield* puppet
      yield* runs("第 1 步\r\n\r\ndata: {}\n\nid: 7")
      const { readAll, readUntil } = yield* events(id)
      const seen = (yield* told(yield* readUntil("running"))).at(-1)?.id
      assert.isDefined(seen)
      const again = yield* events(id, seen)
      yield* fails
      assert.deepStrictEqual((yield* inShort(yield* readAll)).at(-1), "failed")
      assert.deepStrictEqual(yield* inShort(yield* again.readAll), ["failed"])
    })
  )
})
