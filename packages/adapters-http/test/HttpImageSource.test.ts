import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as HttpImageSource from "@scnmnt/adapters-http/HttpImageSource"
import { AddressNotPublic, PublicHttpClient } from "@scnmnt/adapters-http/PublicHttpClient"
import type { ByteRange } from "@scnmnt/core/ImagePart"
import { type ImageContent, ImageSource } from "@scnmnt/core/ports/ImageSource"
import { ImageLocation, ImageUpstream } from "@scnmnt/core/ports/ImageUpstream"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Bytes, Deferred, Effect, Fiber, Layer, Option, Scope, Sink, Stream } from "effect"
import { Base64 } from "effect/encoding"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { adapters, endpoint, generation, serve, simulated, taskId } from "./support.ts"

const id = taskId(1)
const open = (url: string) => ImageSource.use((source) => source.open(ImageLocation.cases.Address.make({ url })))
const openInline = (base64: string, range?: ByteRange) =>
  ImageSource.use((source) => source.open(ImageLocation.cases.Inline.make({ base64 }), range))
const bytesOf = ({ bytes }: ImageContent) => Stream.mkUint8Array(bytes)
const reasonOf = (url: string) => Effect.map(Effect.flip(Effect.scoped(open(url))), ({ reason }) => reason._tag)

const atOnce = { queuedFor: 0, runsFor: 0 }
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47)

/** A finished task's image, where the simulator says that it is. */
const painted = Effect.gen(function* () {
  const upstream = yield* ImageUpstream
  yield* upstream.submit(id, generation)
  const task = Option.getOrThrow(yield* upstream.lookUp(id))
  assert(task._tag === "Succeeded" && task.image !== undefined)
  return task.image
})

describe("an image", () => {
  it.live.each([
    ["an absolute URL", Fault.fate({})],
    ["a path", Fault.pathOnlyUrl()],
    ["base64", Fault.base64Only()]
  ] as const)("is opened at %s", ([, fault]) =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(fault)
      const location = yield* painted
      const content = yield* ImageSource.use((source) => source.open(location))
      const bytes = yield* bytesOf(content)
      assert.deepStrictEqual(bytes.subarray(1, 4), new TextEncoder().encode("PNG"))
      assert.strictEqual(content.length, bytes.length)
      const request = (yield* simulator.requests).find(({ call }) => call === "image")
      if (location._tag === "Address") {
        assert.strictEqual(request?.headers["authorization"], "Bearer simulator-key")
        assert.notProperty(request?.headers, "traceparent")
      } else assert.isUndefined(request)
    }).pipe(Effect.withSpan("test"), Effect.provide(simulated({}, atOnce)))
  )

  it.live("of a further origin is fetched without the key", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = []
      const storage = yield* serve((request, response) => {
        seen.push(request.headers["authorization"])
        response.end(png)
      })
      const content = yield* open(`${storage}/a.png`).pipe(
        Effect.provide(adapters("http://127.0.0.1:1", { furtherOrigins: [new URL(storage)] }))
      )
      assert.deepStrictEqual(yield* bytesOf(content), png)
      assert.deepStrictEqual(seen, [undefined])
    })
  )

  it.live("of an origin that is not allowed is refused, and nobody asks there", () =>
    Effect.gen(function* () {
      let asked = 0
      const storage = yield* serve((_, response) => {
        asked += 1
        response.end(png)
      })
      const own = yield* serve((_, response) => response.end(png))
      const refused = yield* Effect.forEach(
        [`${storage}/a.png`, "file:///etc/passwd", "http://169.254.169.254/", own.replace("//", "//user:password@")],
        reasonOf
      ).pipe(Effect.provide(adapters(own)))
      assert.deepStrictEqual(refused, ["Refused", "Refused", "Refused", "Refused"])
      assert.strictEqual(asked, 0)
    })
  )

  it.live("that is a redirect is refused, and the redirect is not followed", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.redirectedImage(`${simulator.url}/images/elsewhere.png`))
      assert.strictEqual(yield* reasonOf("/images/a.png"), "Refused")
      assert.lengthOf(yield* simulator.requests, 1)
    }).pipe(Effect.provide(simulated()))
  )

  it.live.each([
    [404, "Gone"],
    [410, "Gone"],
    [301, "Refused"],
    [308, "Refused"],
    [304, "Refused"],
    [204, "Unreachable"],
    [206, "Unreachable"],
    [401, "Unreachable"],
    [429, "Unreachable"],
    [500, "Unreachable"],
    [524, "Unreachable"]
  ] as const)("answered with %i is %s", ([status, reason]) =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => response.writeHead(status).end())
      assert.strictEqual(yield* reasonOf("/a.png").pipe(Effect.provide(adapters(url))), reason)
    })
  )

  it.live("is unreachable where nobody listens", () =>
    Effect.gen(function* () {
      const nobody = yield* Effect.scoped(serve(() => undefined))
      assert.strictEqual(yield* reasonOf("/a.png").pipe(Effect.provide(adapters(nobody))), "Unreachable")
    })
  )

  it.live("that breaks off fails its stream", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => {
        response.writeHead(200, { "content-length": 100 }).write(png, () => response.destroy())
      })
      const error = yield* Effect.flip(
        Effect.scoped(Effect.flatMap(open("/a.png"), bytesOf)).pipe(Effect.provide(adapters(url)))
      )
      assert.strictEqual(error.reason._tag, "Unreachable")
    })
  )
})

describe("an image of any public origin", () => {
  const asked: Array<string> = []
  const ofPublic = Layer.succeed(
    PublicHttpClient,
    HttpClient.make((request, url) => {
      const { authorization = "no key", range = "whole" } = request.headers
      asked.push(`${url.href} ${authorization} ${range}`)
      return url.hostname === "private.example"
        ? Effect.fail(notPublic(request, url.hostname))
        : Effect.succeed(HttpClientResponse.fromWeb(request, new Response(png)))
    })
  )
  const notPublic = (request: HttpClientRequest.HttpClientRequest, host: string) =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({ request, cause: new AddressNotPublic({ host }) })
    })
  const source = (own: string, listed: string) =>
    HttpImageSource.layer({ endpoint: endpoint(own), furtherOrigins: ["*", new URL(listed)] }).pipe(
      Layer.provide(ofPublic),
      Layer.provide(NodeHttpClient.layerUndici)
    )

  it.live("is fetched by the client for these, without the key; others as ever", () =>
    Effect.gen(function* () {
      const own = yield* serve((request, response) => response.end(request.headers["authorization"]))
      const listed = yield* serve((request, response) => response.end(String(request.headers["authorization"])))
      yield* Effect.gen(function* () {
        const text = (url: string) =>
          Effect.map(Effect.flatMap(open(url), bytesOf), (bytes) => String(Buffer.from(bytes)))
        assert.strictEqual(yield* text(`${own}/a.png`), "Bearer simulator-key")
        assert.strictEqual(yield* text("/a.png"), "Bearer simulator-key")
        assert.strictEqual(yield* text(`${listed}/a.png`), "undefined")
        assert.deepStrictEqual(asked.splice(0), [])
        assert.deepStrictEqual(yield* Effect.flatMap(open("https://cdn.example/a.png"), bytesOf), png)
        assert.deepStrictEqual(asked.splice(0), ["https://cdn.example/a.png no key whole"])
        assert.strictEqual(yield* reasonOf("https://private.example/a.png"), "Refused")
        assert.strictEqual(yield* reasonOf(`${own.replace("127.0.0.1", "localhost")}/a.png`), "Refused")
        assert.lengthOf(asked.splice(0), 1)
      }).pipe(Effect.provide(source(own, listed)))
    })
  )

  it.live("can't be where the runtime has no such client", () =>
    Effect.gen(function* () {
      const layer = HttpImageSource.layer({ endpoint: endpoint("http://127.0.0.1:1"), furtherOrigins: ["*"] })
      const error = yield* Effect.flip(Layer.build(layer.pipe(Layer.provide(NodeHttpClient.layerUndici))))
      assert.strictEqual(error._tag, "PublicOriginsUnsupported")
    })
  )
})

describe("the time limits of an image", () => {
  it.effect("end the wait for headers", () =>
    Effect.gen(function* () {
      const simulator = yield* UpstreamSimulator
      yield* simulator.play(Fault.lateHeaders({ on: "image" }))
      const fiber = yield* Effect.forkChild(reasonOf("/images/a.png"))
      yield* simulator.awaitRequest(({ call }) => call === "image")
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), "Unreachable")
      yield* simulator.awaitRequest(({ outcome }) => outcome === "hung-up")
    }).pipe(Effect.provide(simulated()))
  )

  it.effect("end a silence, but not a reader's pause", () =>
    Effect.gen(function* () {
      const url = yield* serve((_, response) => {
        response.writeHead(200).write(png)
      })
      yield* Effect.gen(function* () {
        const { bytes } = yield* open("/a.png")
        const [first, rest] = yield* Stream.peel(bytes, Sink.take(1))
        assert.deepStrictEqual(Uint8Array.from(first[0] ?? []), png)
        yield* TestClock.adjust("1 hour")
        const fiber = yield* Effect.forkChild(Effect.flip(Stream.runDrain(rest)), { startImmediately: true })
        yield* TestClock.adjust("14 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* Fiber.join(fiber)).reason._tag, "Unreachable")
      }).pipe(Effect.provide(adapters(url)))
    })
  )
})

describe("the line to an image", () => {
  it.live("lives as long as the scope, and brings no more than is read", () =>
    Effect.gen(function* () {
      const left = yield* Deferred.make<void>()
      let written = 0
      const url = yield* serve((_, response) => {
        const block = Buffer.alloc(64 * 1024)
        const write = () => {
          written += block.length
          if (!response.destroyed) response.write(block, write)
        }
        response.writeHead(200, { "content-length": 200 * 1024 * 1024 })
        response.on("close", () => Deferred.doneUnsafe(left, Effect.void))
        write()
      })
      yield* Effect.gen(function* () {
        const scope = yield* Scope.make()
        const { bytes, length } = yield* Scope.provide(open("/a.png"), scope)
        assert.strictEqual(length, 200 * 1024 * 1024)
        const [head] = yield* Stream.peel(bytes, Sink.take(1)).pipe(Scope.provide(scope))
        assert.lengthOf(head, 1)
        assert.isFalse(yield* Deferred.isDone(left))
        yield* Scope.close(scope, Effect.runSyncExit(Effect.void))
        yield* Deferred.await(left)
        assert.isBelow(written, 50 * 1024 * 1024)
      }).pipe(Effect.provide(adapters(url)))
    })
  )

  it.live("ends where the answer is no image", () =>
    Effect.gen(function* () {
      const left = yield* Deferred.make<void>()
      const url = yield* serve((_, response) => {
        response.on("close", () => Deferred.doneUnsafe(left, Effect.void))
        response.writeHead(500).write("never ends")
      })
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* reasonOf("/a.png"), "Unreachable")
        yield* Deferred.await(left)
      }).pipe(Effect.provide(adapters(url)))
    })
  )
})

describe("an image in base64", () => {
  const image = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31 + (index >> 8)) % 256)

  it.live.each([1, 2, 3, 65_535, 65_536, 200_000])("is read whole: %i bytes", (length) =>
    Effect.gen(function* () {
      const bytes = image.subarray(0, length)
      const content = yield* openInline(Base64.encode(bytes))
      assert.strictEqual(content.length, length)
      assertSame(yield* bytesOf(content), bytes)
    }).pipe(Effect.provide(adapters("http://127.0.0.1:1")))
  )

  it.live.each([
    [0, 0],
    [1, 1],
    [65_534, 65_535],
    [65_533, 131_072],
    [100_001, 199_999],
    [199_999, 1_000_000]
  ] as const)("is read in part: from byte %i to %i", ([first, last]) =>
    Effect.gen(function* () {
      const content = yield* openInline(Base64.encode(image), { first, last })
      const bytes = image.subarray(first, last + 1)
      assert.deepStrictEqual(content.part, { first, last: Math.min(last, 199_999), total: 200_000 })
      assert.strictEqual(content.length, bytes.length)
      assertSame(yield* bytesOf(content), bytes)
    }).pipe(Effect.provide(adapters("http://127.0.0.1:1")))
  )

  it.live("is decoded no further than it is read, in pieces of at most 64 KiB", () =>
    Effect.gen(function* () {
      // Whoever came to the end of it would find out.
      const { bytes } = yield* openInline(`${Base64.encode(image).slice(0, -4)}????`)
      const [read, rest] = yield* Stream.peel(bytes, Sink.take(3))
      for (const piece of read) assert.isAtMost(piece.length, 65_536)
      const error = yield* Effect.flip(Stream.runDrain(rest))
      assert.strictEqual(error.reason._tag, "Refused")
    }).pipe(Effect.provide(adapters("http://127.0.0.1:1")))
  )

  it.live.each(["", "not base64!", "AAA", "ÄÄÄÄ", "AA==AAAA", "====", "A==="])("is refused where it is %j", (text) =>
    Effect.gen(function* () {
      const { reason } = yield* Effect.flip(Effect.flatMap(openInline(text), bytesOf))
      assert.strictEqual(reason._tag, "Refused")
    }).pipe(Effect.provide(adapters("http://127.0.0.1:1")))
  )

  it.live("is refused where it ends twice, wherever it is cut to be read", () =>
    Effect.gen(function* () {
      const [one, other] = [image.subarray(0, 65_533), image.subarray(0, 3)]
      const content = yield* openInline(Base64.encode(one) + Base64.encode(other))
      assert.strictEqual((yield* Effect.flip(bytesOf(content))).reason._tag, "Refused")
    }).pipe(Effect.provide(adapters("http://127.0.0.1:1")))
  )
})

/** Large arrays are not printed byte by byte if they differ. */
const assertSame = (actual: Uint8Array, expected: Uint8Array) => assert.isTrue(Bytes.Equivalence(actual, expected))
