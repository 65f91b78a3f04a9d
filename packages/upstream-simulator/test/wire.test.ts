import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { decode } from "fast-png"
import { UpstreamSimulator } from "../src/UpstreamSimulator.ts"
import { call, json, lookUp, post, submit, taskOf } from "./client.ts"

const simulated = UpstreamSimulator.layer()

describe("tasks on the wire", () => {
  it.effect("go from queued through running to success on the clock", () =>
    Effect.gen(function* () {
      const queued = yield* taskOf(yield* submit("t1", { size: "16:9" }))
      assert.deepInclude(queued, {
        id: "t1",
        status: "queued",
        mode: "generate",
        model: "gpt-image-2",
        size: "16:9",
        quality: "auto"
      })
      assert.notProperty(queued, "data")
      yield* TestClock.adjust("20 millis")
      const [running] = (yield* lookUp("t1")).items
      assert.deepInclude(running, { status: "running", progress: "getting_account" })
      yield* TestClock.adjust("29 millis")
      const [nearlyDone] = (yield* lookUp("t1")).items
      assert.deepInclude(nearlyDone, { status: "running", progress: "receiving_image" })
      yield* TestClock.adjust("1 millis")
      const [done] = (yield* lookUp("t1")).items
      const { url } = yield* UpstreamSimulator
      assert.deepInclude(done, { status: "success", progress: "receiving_image", duration_ms: 30 })
      assert.deepStrictEqual(done?.data, [{ url: `${url}/images/t1.png` }])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("tell dates in the server's local time, with no offset", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 6, 28, 20, 30, 15, 900))
      const task = yield* taskOf(yield* submit("t1"))
      assert.strictEqual(task.created_at, "2026-07-29 04:30:15")
    }).pipe(Effect.provide(simulated))
  )

  it.effect("answer a known id with its task, whatever the payload, and start nothing", () =>
    Effect.gen(function* () {
      yield* submit("t1", { size: "16:9" })
      yield* TestClock.adjust("1 minute")
      const repeat = yield* taskOf(yield* submit("t1", { prompt: "something else", size: "9:16" }))
      assert.deepInclude(repeat, { status: "success", size: "16:9" })
      const { counters, tasks } = yield* UpstreamSimulator
      assert.lengthOf(yield* tasks, 1)
      assert.strictEqual((yield* counters).calls.submit, 2)
    }).pipe(Effect.provide(simulated))
  )

  it.effect("are looked up in the order asked for; no ids at all mean every task", () =>
    Effect.gen(function* () {
      yield* Effect.forEach(["a", "b", "c"], (id) => submit(id))
      const found = yield* lookUp("c", "nobody", "a")
      assert.deepStrictEqual(
        found.items.map(({ id }) => id),
        ["c", "a"]
      )
      assert.deepStrictEqual(found.missing_ids, ["nobody"])
      assert.lengthOf((yield* lookUp()).items, 3)
    }).pipe(Effect.provide(simulated))
  )

  it.effect("are refused in FastAPI's words when something is missing", () =>
    Effect.gen(function* () {
      const answer = yield* post("/api/image-tasks/generations", { prompt: "a red fox" })
      assert.strictEqual(answer.status, 422)
      assert.match(answer.text, /^\{"detail":\[\{"type":"missing","loc":\["body",/)
      const notThere = yield* call("/api/elsewhere")
      assert.deepStrictEqual([notThere.status, notThere.text], [404, `{"detail":"Not Found"}`])
    }).pipe(Effect.provide(simulated))
  )
})

describe("edits", () => {
  const body = (boundary: string, files: ReadonlyArray<readonly [name: string, type: string, bytes: Buffer]>) =>
    Buffer.concat([
      ...Object.entries({ client_task_id: "e1", prompt: "in the snow", size: "9:16" }).map(([name, value]) =>
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      ),
      ...files.flatMap(([name, type, bytes]) => [
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`
        ),
        bytes,
        Buffer.from("\r\n")
      ]),
      Buffer.from(`--${boundary}--\r\n`)
    ])

  const sendEdit = (files: ReadonlyArray<readonly [name: string, type: string, bytes: Buffer]>) =>
    call("/api/image-tasks/edits", {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=xyz" },
      body: body("xyz", files)
    })

  it.effect("take several images, and record their names, types and bytes", () =>
    Effect.gen(function* () {
      const first = Buffer.from([0, 255, 13, 10, 45, 45])
      const second = Buffer.from("two")
      const answer = yield* sendEdit([
        ["första.png", "image/png", first],
        ["b.webp", "image/webp", second]
      ])
      assert.deepInclude(yield* taskOf(answer), { id: "e1", mode: "edit", status: "queued", size: "9:16" })
      const { requests, tasks } = yield* UpstreamSimulator
      const [request] = yield* requests
      assert.deepStrictEqual(request?.fields, { client_task_id: "e1", prompt: "in the snow", size: "9:16" })
      assert.deepStrictEqual(request?.files, [
        { field: "image", name: "första.png", type: "image/png", bytes: new Uint8Array(first) },
        { field: "image", name: "b.webp", type: "image/webp", bytes: new Uint8Array(second) }
      ])
      assert.deepStrictEqual((yield* tasks)[0]?.referenceSizes, [6, 3])
    }).pipe(Effect.provide(simulated))
  )

  it.effect("without an image are refused", () =>
    Effect.gen(function* () {
      const answer = yield* sendEdit([])
      assert.strictEqual(answer.status, 400)
      assert.deepStrictEqual(yield* json(answer), { detail: { error: "image file or image_url is required" } })
    }).pipe(Effect.provide(simulated))
  )
})

describe("the key", () => {
  const wrong = { headers: { authorization: "Bearer nonsense" } }

  it.effect("is asked for in the words of either side", () =>
    Effect.gen(function* () {
      const api = yield* post("/api/image-tasks/generations", { client_task_id: "t1", prompt: "x" }, wrong)
      assert.strictEqual(api.status, 401)
      assert.deepStrictEqual(yield* json(api), { detail: { error: "authorization is invalid" } })
      const v1 = yield* post("/v1/chat/completions", {}, wrong)
      assert.strictEqual(v1.status, 401)
      assert.deepNestedInclude(yield* json(v1), { "error.code": "invalid_api_key", "error.param": null })
      const { tasks } = yield* UpstreamSimulator
      assert.lengthOf(yield* tasks, 0)
    }).pipe(Effect.provide(simulated))
  )

  it.effect("is not asked for by images", () =>
    Effect.gen(function* () {
      yield* submit("t1", { size: "16:9" })
      assert.strictEqual((yield* call("/images/t1.png", wrong)).status, 404)
      yield* TestClock.adjust("1 minute")
      const answer = yield* call("/images/t1.png", wrong)
      assert.deepInclude(answer.headers, { "content-type": "image/png" })
      assert.strictEqual(answer.headers["content-length"], String(Buffer.concat(answer.chunks).length))
      const { height, width } = decode(Buffer.concat(answer.chunks))
      assert.deepStrictEqual([width, height], [256, 144])
    }).pipe(Effect.provide(simulated))
  )
})

describe("what is received", () => {
  it.effect("is recorded raw and decoded, with its outcome", () =>
    Effect.gen(function* () {
      yield* call("/api/image-tasks/generations?x=1", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Twice": "yes" },
        body: `{ "client_task_id": "t1", "prompt": "观山海" }`
      })
      const simulator = yield* UpstreamSimulator
      const request = yield* simulator.awaitRequest(({ outcome }) => outcome === "answered")
      assert.deepInclude(request, { call: "submit", method: "POST", path: "/api/image-tasks/generations" })
      assert.deepStrictEqual(request.query, { x: "1" })
      assert.include(request.rawHeaders, "X-Twice")
      assert.strictEqual(request.headers["authorization"], `Bearer ${simulator.apiKey}`)
      assert.strictEqual(request.headers["content-length"], String(request.body.length))
      assert.strictEqual(new TextDecoder().decode(request.body), `{ "client_task_id": "t1", "prompt": "观山海" }`)
      assert.deepStrictEqual(request.fields, { client_task_id: "t1", prompt: "观山海" })
    }).pipe(Effect.provide(simulated))
  )

  it.effect("is counted, connections too, and forgotten by a reset", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* Effect.forEach(["a", "b", "c"], (id) => submit(id), { concurrency: 3 })
      yield* lookUp("a", "b")
      const { calls, connections } = yield* simulator.counters
      assert.deepStrictEqual(calls, { submit: 3, "look-up": 1, image: 0, chat: 0, other: 0 })
      assert.strictEqual(connections.ever, 4)
      assert.isAtLeast(connections.most, 2)
      yield* simulator.reset
      assert.lengthOf(yield* simulator.requests, 0)
      assert.deepStrictEqual((yield* lookUp("a")).missing_ids, ["a"])
    }).pipe(Effect.provide(simulated))
  )
})
