import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Chatgpt2apiImageUpstream from "@scnmnt/adapters-http/Chatgpt2apiImageUpstream"
import * as FetchUpstreamHttpClient from "@scnmnt/adapters-http/FetchUpstreamHttpClient"
import { ImageUpstream, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { ReferenceImageUnreadable } from "@scnmnt/core/ReferenceImage"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Duration, Effect, Fiber, Layer, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { adapters, endpoint, generation, reference, serve, simulated, taskId } from "./support.ts"

const id = taskId(1)
const submit = (request = generation) => ImageUpstream.use((upstream) => upstream.submit(id, request))
const received = UpstreamSimulator.use(({ requests }) => requests)

describe("a generation", () => {
  it.live("is sent with its id, its key and a known length", () =>
    Effect.gen(function* () {
      const task = yield* submit()
      assert.deepStrictEqual(task, UpstreamTask.cases.Queued.make({}))
      const [request] = yield* received
      assert.strictEqual(request?.method, "POST")
      assert.strictEqual(request?.path, "/api/image-tasks/generations")
      const body = `{"client_task_id":"${id}","prompt":"a red fox","model":"gpt-image-2","size":"16:9"}`
      assert.strictEqual(new TextDecoder().decode(request?.body), body)
      assert.strictEqual(request?.headers["authorization"], "Bearer simulator-key")
      assert.strictEqual(request?.headers["content-type"], "application/json")
      assert.strictEqual(request?.headers["content-length"], String(body.length))
      assert.notProperty(request?.headers, "transfer-encoding")
      assert.notProperty(request?.headers, "traceparent")
    }).pipe(Effect.withSpan("test"), Effect.provide(simulated()))
  )
})

describe("an edit", () => {
  it.live("is a multipart body of known length, byte for byte", () =>
    Effect.gen(function* () {
      const cat = Uint8Array.from({ length: 1000 }, (_, index) => index % 256)
      const dog = new TextEncoder().encode("--not-a-boundary\r\n\r\n")
      yield* submit({
        ...generation,
        prompt: generation.prompt,
        references: [reference('C:\\照片\\猫 "小黑"\r\n.png', cat), reference("dög.webp", dog, "image/webp")]
      })
      const [request] = yield* received
      assert.strictEqual(request?.path, "/api/image-tasks/edits")
      const boundary = /^multipart\/form-data; boundary=(scnmnt-[0-9a-f-]{36})$/.exec(
        request?.headers["content-type"] ?? ""
      )?.[1]
      const text = (name: string, value: string) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
      const file = (name: string, type: string) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`
      const expected = Buffer.concat([
        Buffer.from(
          text("client_task_id", id) + text("prompt", "a red fox") + text("model", "gpt-image-2") + text("size", "16:9")
        ),
        Buffer.from(file("猫 %22小黑%22%0D%0A.png", "image/png")),
        cat,
        Buffer.from(`\r\n${file("dög.webp", "image/webp")}`),
        dog,
        Buffer.from(`\r\n--${boundary}--\r\n`)
      ])
      assert.strictEqual(Buffer.from(request?.body ?? []).toString("latin1"), expected.toString("latin1"))
      assert.strictEqual(request?.headers["content-length"], String(expected.length))
      assert.notProperty(request?.headers, "transfer-encoding")
      assert.strictEqual(request?.headers["authorization"], "Bearer simulator-key")
      assert.deepStrictEqual(
        request?.files.map(({ field, bytes }) => [field, bytes.length]),
        [
          ["image", 1000],
          ["image", dog.length]
        ]
      )
    }).pipe(Effect.provide(simulated()))
  )

  it.live("whose file can't be read back was not started", () =>
    Effect.gen(function* () {
      const broken = {
        ...reference("cat.png", new Uint8Array(100)),
        content: Stream.concat(
          Stream.make(new Uint8Array(10)),
          Stream.fail(new ReferenceImageUnreadable({ cause: "the disk is gone" }))
        )
      }
      const error = yield* Effect.flip(submit({ ...generation, references: [broken] }))
      assert.strictEqual(error.reason._tag, "Unavailable")
      assert.lengthOf(yield* UpstreamSimulator.use(({ tasks }) => tasks), 0)
    }).pipe(Effect.provide(simulated()))
  )

  it.live("has another boundary each time", () =>
    Effect.gen(function* () {
      const request = { ...generation, references: [reference("a.png", new Uint8Array(3))] }
      yield* submit(request)
      yield* submit(request)
      const types = (yield* received).map(({ headers }) => headers["content-type"])
      assert.lengthOf(new Set(types), 2)
    }).pipe(Effect.provide(simulated()))
  )
})

const json = (body: unknown) => JSON.stringify(body)
const own = { id, status: "running", progress: "receiving_image" }

describe("an answer to a submission", () => {
  it.live.each([
    ["rejected", 400, { error: "moderation" }, "request"],
    ["rejected", 413, undefined, "request"],
    ["rejected", 415, undefined, "request"],
    ["rejected", 422, [{ loc: ["body"], msg: "missing", type: "missing" }], "request"],
    ["rejected", 401, "bad key", "access"],
    ["rejected", 403, { error: "forbidden" }, "access"],
    ["rejected", 404, "Not Found", "access"],
    ["rejected", 302, undefined, "access"]
  ] as const)("is %s at %i", ([, status, detail, because]) =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => {
        response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(json({ detail }))
      })
      const error = yield* Effect.flip(submit().pipe(Effect.provide(adapters(url))))
      assert.deepInclude(error.reason, { _tag: "Rejected", because })
    })
  )

  it.live.each([
    [429, undefined, undefined],
    [429, "7", 7000],
    [503, "0", 0],
    [503, undefined, undefined],
    [429, "Wed, 21 Oct 2015 07:28:00 GMT", 0],
    [429, "soon", undefined]
  ] as const)("is unavailable at %i with Retry-After %s", ([status, retryAfter, millis]) =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => {
        response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end("<html>")
      })
      const { reason } = yield* Effect.flip(submit().pipe(Effect.provide(adapters(url))))
      assert(reason._tag === "Unavailable")
      assert.strictEqual(reason.retryAfter && Duration.toMillis(reason.retryAfter), millis)
    })
  )

  it.live.each([
    ["500", 500, json({ detail: "oops" })],
    ["502 in HTML", 502, "<html>"],
    ["520 with nothing", 520, ""],
    ["524 in HTML", 524, "<html>"],
    ["409", 409, json({ detail: "exists" })],
    ["200 with nothing", 200, ""],
    ["204", 204, ""],
    ["200 in HTML", 200, "<html>"],
    ["200 with broken JSON", 200, '{"id": "7f3c'],
    ["200 with something else", 200, json({ ok: true })],
    ["200 with a list", 200, json([own])],
    ["200 with another id", 200, json({ ...own, id: taskId(2) })],
    ["200 without a status", 200, json({ id })]
  ] as const)("leaves the outcome unknown: %s", ([, status, body]) =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => response.writeHead(status).end(body))
      const { reason } = yield* Effect.flip(submit().pipe(Effect.provide(adapters(url))))
      assert.strictEqual(reason._tag, "UnknownOutcome")
    })
  )

  it.live("counts even if it comes before the upload is through", () =>
    Effect.gen(function* () {
      const url = yield* serve((request, response) => {
        response.writeHead(413, { connection: "close" }).end()
        request.socket.destroySoon()
      })
      const block = new Uint8Array(64 * 1024)
      const content = Stream.fromIterable(Array.from({ length: 400 }, () => block)).pipe(Stream.rechunk(1))
      const big = { ...reference("big.png", block), size: 400 * block.length, content }
      const error = yield* Effect.flip(submit({ ...generation, references: [big] })).pipe(Effect.provide(adapters(url)))
      assert.strictEqual(error.reason._tag, "Rejected")
    })
  )

  it.live.each([
    ["", undefined],
    [", as it says itself,", 200 * 1024 * 1024]
  ])("that is longer than 32 MiB%s leaves the outcome unknown, and is not read on", ([, length]) =>
    Effect.gen(function* () {
      let written = 0
      const url = yield* serve((_, response) => {
        if (length !== undefined) response.setHeader("content-length", length)
        const block = Buffer.alloc(1024 * 1024, " ")
        const write = () => {
          written += block.length
          if (!response.destroyed) response.write(block, write)
        }
        write()
      })
      const { reason } = yield* Effect.flip(submit().pipe(Effect.provide(adapters(url))))
      assert.strictEqual(reason._tag, "UnknownOutcome")
      assert.isBelow(written, 100 * 1024 * 1024)
    })
  )

  it.live("that is longer than 32 MiB once it is unpacked leaves the outcome unknown", () =>
    Effect.gen(function* () {
      const long = `{"id":"${id}","status":"queued"}`.padEnd(33 * 1024 * 1024)
      const packed = gzipSync(long)
      const url = yield* serve((_, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed)
      })
      const upstream = Chatgpt2apiImageUpstream.layer({ endpoint: endpoint(url), model: "gpt-image-2" }).pipe(
        Layer.provide([FetchUpstreamHttpClient.layer, SecureRandom.layerWebCrypto])
      )
      const { reason } = yield* Effect.flip(submit().pipe(Effect.provide(upstream)))
      assert.strictEqual(reason._tag, "UnknownOutcome")
    })
  )

  it.live("that is a task at its end is that task", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.failsAtOnce())
      assert.strictEqual((yield* submit())._tag, "Failed")
    }).pipe(Effect.provide(simulated()))
  )
})

describe("a submission that brings no answer", () => {
  it.live("was not started if nobody listens, and may have been if the line drops", () =>
    Effect.gen(function* () {
      const nobody = yield* Effect.scoped(serve(() => undefined))
      const refused = yield* Effect.flip(submit().pipe(Effect.provide(adapters(nobody))))
      assert.strictEqual(refused.reason._tag, "Unavailable")
      const nowhere = yield* Effect.flip(submit().pipe(Effect.provide(adapters("http://nowhere.invalid"))))
      assert.strictEqual(nowhere.reason._tag, "Unavailable")
    })
  )

  it.live("may have been started if the line drops, before the answer or within it", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.dropLine())
      const dropped = yield* Effect.flip(submit())
      assert.strictEqual(dropped.reason._tag, "UnknownOutcome")
      const url = yield* serve((_, response) => {
        response.writeHead(200, { "content-length": 100 }).write(`{"id":`)
        setImmediate(() => response.destroy())
      })
      const cut = yield* Effect.flip(submit().pipe(Effect.provide(adapters(url))))
      assert.strictEqual(cut.reason._tag, "UnknownOutcome")
    }).pipe(Effect.provide(simulated()))
  )

  it.effect("may have been started if time runs out, and the time limit holds where nobody may interrupt", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.lateHeaders())
      const fiber = yield* Effect.forkChild(Effect.uninterruptible(Effect.flip(submit())))
      yield* simulator.awaitRequest(({ call }) => call === "submit")
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).reason._tag, "UnknownOutcome")
      const hungUp = yield* simulator.awaitRequest(({ outcome }) => outcome === "hung-up")
      assert.strictEqual(hungUp.call, "submit")
    }).pipe(Effect.provide(simulated()))
  )

  it.effect("takes no longer for the time limit that it did not need", () =>
    Effect.gen(function* () {
      const task = yield* Effect.uninterruptible(submit())
      assert.strictEqual(task._tag, "Queued")
    }).pipe(Effect.provide(simulated()))
  )
})

describe("connections", () => {
  it.live("are 50 at most, however many requests there are, and are kept", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.lateHeaders({ delay: "50 millis" }), { times: 120 })
      const upstream = yield* ImageUpstream
      yield* Effect.forEach(
        Array.from({ length: 120 }, (_, index) => taskId(index)),
        (id) => upstream.submit(id, generation),
        { concurrency: "unbounded" }
      )
      const { connections, calls } = yield* simulator.counters
      assert.strictEqual(calls.submit, 120)
      assert.strictEqual(connections.most, 50)
      assert.strictEqual(connections.ever, 50)
    }).pipe(Effect.provide(simulated()))
  )
})
