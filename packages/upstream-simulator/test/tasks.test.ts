import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import * as Fault from "../src/Fault.ts"
import { UpstreamSimulator } from "../src/UpstreamSimulator.ts"
import { call, lookUp, play, submit, taskOf } from "./client.ts"

const simulated = UpstreamSimulator.layer()

/** Submits under this fault and looks at the task when it should be over. */
const ended = Effect.fnUntraced(function* (fault: Fault.Fault) {
  yield* play(fault)
  yield* submit("t1")
  yield* TestClock.adjust("1 minute")
  return (yield* lookUp("t1")).items[0]
})

describe("a task's course", () => {
  const path = "/images/t1.png"

  it.effect.each<readonly [name: string, fault: Fault.Fault, status: string, data: unknown]>([
    ["a path alone", Fault.pathOnlyUrl(), "success", [{ url: path }]],
    ["a foreign host", Fault.foreignUrl(), "success", [{ url: `http://images.example.com${path}` }]],
    ["no data", Fault.emptyData(), "success", []],
    ["null data", Fault.nullData(), "success", null],
    ["a failure", Fault.fails(), "error", []],
    ["a fork's failure", Fault.endsBadly("FAILED"), "FAILED", []],
    ["no end", Fault.neverEnds(), "running", undefined],
    ["an hour", Fault.takes("1 hour"), "running", undefined],
    ["an unknown status", Fault.unknownStatus(), "moderating", undefined]
  ])("ends with %s", ([, fault, status, data]) =>
    Effect.gen(function* () {
      const task = yield* ended(fault)
      assert.strictEqual(task?.status, status)
      assert.deepStrictEqual(task?.data, data)
    }).pipe(Effect.provide(simulated))
  )

  it.effect("ends with a fork's success, and its own picture", () =>
    Effect.gen(function* () {
      const { url } = yield* UpstreamSimulator
      const task = yield* ended(Fault.endsWell("succeeded"))
      assert.strictEqual(task?.status, "succeeded")
      assert.deepStrictEqual(task?.data, [{ url: url + path }])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("ends with the picture in base64 alone", () =>
    Effect.gen(function* () {
      const task = yield* ended(Fault.base64Only())
      const picture = Buffer.concat((yield* call(path)).chunks)
      assert.deepStrictEqual(task?.data, [{ b64_json: picture.toString("base64") }])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("is over at once, at HTTP 200", () =>
    Effect.gen(function* () {
      yield* play(Fault.failsAtOnce("quota used up by a@example.com"))
      const answer = yield* submit("t1")
      assert.strictEqual(answer.status, 200)
      assert.deepInclude(yield* taskOf(answer), { status: "error", error: "quota used up by a@example.com" })
    }).pipe(Effect.provide(simulated))
  )

  it.effect("is cut short by a restart, unless it is over", () =>
    Effect.gen(function* () {
      const { restart } = yield* UpstreamSimulator
      yield* submit("done")
      yield* TestClock.adjust("1 minute")
      yield* submit("running")
      yield* TestClock.adjust("25 millis")
      yield* submit("queued")
      yield* restart
      const { items } = yield* lookUp("done", "running", "queued")
      assert.deepStrictEqual(
        items.map(({ error, status }) => [status, error]),
        [
          ["success", undefined],
          ["error", "服务已重启，未完成的图片任务已中断"],
          ["error", "服务已重启，未完成的图片任务已中断"]
        ]
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* lookUp("running")).items[0]?.status, "error")
    }).pipe(Effect.provide(simulated))
  )

  it.effect("is forgotten by amnesia, of one or of all", () =>
    Effect.gen(function* () {
      const { forget } = yield* UpstreamSimulator
      yield* Effect.forEach(["a", "b", "c"], (id) => submit(id))
      yield* forget(["b"])
      assert.deepStrictEqual((yield* lookUp("a", "b", "c")).missing_ids, ["b"])
      yield* forget()
      assert.deepStrictEqual((yield* lookUp("a", "b", "c")).missing_ids, ["a", "b", "c"])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("is never seen at all", () =>
    Effect.gen(function* () {
      yield* play(Fault.vanishes())
      assert.strictEqual((yield* submit("t1")).status, 200)
      assert.deepStrictEqual(yield* lookUp("t1"), { items: [], missing_ids: ["t1"] })
      assert.deepStrictEqual((yield* lookUp()).items, [])
    }).pipe(Effect.provide(simulated))
  )
})

describe("the image's URL", () => {
  const fetched = Effect.fnUntraced(function* (fault: Fault.Fault) {
    yield* ended(fault)
    return yield* call("/images/t1.png")
  })

  it.effect("brings HTML, or nothing any more", () =>
    Effect.gen(function* () {
      const html = yield* fetched(Fault.htmlImage())
      assert.strictEqual(html.status, 200)
      assert.match(html.text, /^<!DOCTYPE html>/)
      assert.strictEqual((yield* fetched(Fault.goneImage())).status, 404)
    }).pipe(Effect.provide(simulated))
  )

  it.effect("leads to the cloud's metadata", () =>
    Effect.gen(function* () {
      const answer = yield* fetched(Fault.redirectedImage())
      assert.strictEqual(answer.status, 302)
      assert.strictEqual(answer.headers.location, "http://169.254.169.254/latest/meta-data/")
    }).pipe(Effect.provide(simulated))
  )

  it.effect.each([true, false])("brings 60 MB, saying so: %s", (saysLength) =>
    Effect.gen(function* () {
      const answer = yield* fetched(Fault.hugeImage({ saysLength }))
      assert.strictEqual(answer.headers["content-length"], saysLength ? "60000000" : undefined)
      const bytes = answer.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
      assert.deepStrictEqual([answer.whole, bytes], [true, 60_000_000])
      assert.strictEqual(answer.chunks[0]?.toString("latin1", 1, 4), "PNG")
    }).pipe(Effect.provide(simulated))
  )
})
