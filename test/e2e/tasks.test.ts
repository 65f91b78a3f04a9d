import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import type { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { spendOf } from "./support/Books.ts"
import { eventually, request } from "./support/Client.ts"
import { assertDiscreet } from "./support/Failures.ts"
import { balanceOf, complete, follow, generate, newAccount, taskIdOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

type Disaster = (upstream: UpstreamSimulator["Service"]) => Effect.Effect<void>

const unknown = "00000000-0000-4000-8000-000000000000"

layer(Service.layer(), { excludeTestServices: true })("a task", (it) => {
  it.effect("of an unknown id has failed, as existing clients expect, and nothing was refunded", () =>
    Effect.gen(function* () {
      const answer = yield* request(`/api/images/tasks/${unknown}`)
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(answer.json, {
        code: 0,
        message: "ok",
        data: { id: unknown, status: "failed", error: "This task is unknown or has expired." }
      })
    })
  )

  it.effect("that the upstream knows but nobody paid for here is unknown, and not looked up", () =>
    Effect.gen(function* () {
      const { apiKey, requests, url } = yield* Service.freshUpstream
      yield* Effect.tryPromise(() =>
        fetch(`${url}/api/image-tasks/generations`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
          body: JSON.stringify({ client_task_id: unknown, prompt: "somebody else's" })
        })
      )
      const { json } = yield* request(`/api/images/tasks/${unknown}`)
      assert.deepInclude(json["data"], { status: "failed" })
      assert.lengthOf(
        (yield* requests).filter(({ query }) => query["ids"]?.includes(unknown)),
        0
      )
    })
  )

  it.effect("that failed says so, with the credit back, and in no words of the upstream's", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.fails())
      const { id, ...task } = yield* complete({ fingerprint })
      assert.deepInclude(task, {
        status: "failed",
        refunded: true,
        error: "The image could not be made. Your credit is back."
      })
      assert.notProperty(task, "image")
      assert.strictEqual(yield* balanceOf(fingerprint), 10)
      yield* assertDiscreet((yield* request(`/api/images/tasks/${id}`)).text)
    })
  )

  it.effect.each([
    ["restarts", ({ restart }) => restart, "failed"],
    ["forgets it", ({ forget }) => forget(), "missing"]
  ] as ReadonlyArray<readonly [string, Disaster, string]>)(
    "gives its credit back when the upstream %s, though nobody asks for it",
    ([, disaster, reason]) =>
      Effect.gen(function* () {
        const upstream = yield* Service.freshUpstream
        const fingerprint = yield* newAccount
        yield* upstream.play(Fault.neverEnds())
        const id = yield* taskIdOf(yield* generate({ fingerprint }))
        yield* upstream.awaitRequest(({ outcome, query }) => query["ids"] === id && outcome === "answered")
        yield* disaster(upstream)
        yield* eventually(spendOf(id), (spend) => spend !== "Open")
        assert.strictEqual(yield* spendOf(id), `Refunded ${reason}`)
        assert.strictEqual(yield* balanceOf(fingerprint), 10)
      })
  )

  it.effect("in a status that nobody has heard of runs", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.unknownStatus())
      const id = yield* taskIdOf(yield* generate({ fingerprint }))
      const { json } = yield* request(`/api/images/tasks/${id}`)
      assert.deepInclude(json["data"], { status: "running" })
      assert.strictEqual(yield* balanceOf(fingerprint), 9)
    })
  )

  it.effect.each(["succeeded", "COMPLETED", "Success"])("that ended in a fork's word '%s' is completed", (word) =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      yield* play(Fault.endsWell(word))
      const { status } = yield* complete({ fingerprint: yield* newAccount })
      assert.strictEqual(status, "completed")
    })
  )

  it.effect("tells its times by our clock, and where its image is only once there is one", () =>
    Effect.gen(function* () {
      const { play } = yield* Service.freshUpstream
      const fingerprint = yield* newAccount
      yield* play(Fault.takes("200 millis"))
      const ordered = yield* generate({ fingerprint })
      const id = yield* taskIdOf(ordered)
      assert.notProperty(ordered.json["data"], "image")
      const { createdAt, image, updatedAt } = yield* follow(id)
      assert.strictEqual(image, `/api/images/tasks/${id}/image`)
      for (const time of [createdAt, updatedAt]) assert.match(time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      assert.isAbove(Date.parse(updatedAt ?? ""), Date.parse(createdAt ?? ""))
      // The simulator's clock hangs eight hours away.
      const serverTime = Date.parse(ordered.headers.get("date") ?? "")
      assert.closeTo(Date.parse(createdAt ?? ""), serverTime, 60_000)
    })
  )
})
