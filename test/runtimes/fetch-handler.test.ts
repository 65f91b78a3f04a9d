import { runInContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import * as FetchHandler from "@scnmnt/server/FetchHandler"
import * as FetchHost from "@scnmnt/server/runtimes/FetchHost"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Clock, Effect, Fiber, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { asJson, formOf } from "../e2e/support/Client.ts"
import { assertSameBytes, file, imageSide, jpeg, painted, png } from "../e2e/support/Fixtures.ts"
import { bundle } from "../packages/Bundle.ts"
import { webRealm } from "../packages/WebRealm.ts"

const variables = Effect.map(UpstreamSimulator, ({ apiKey, url }) => ({
  CHATGPT2API_BASE_URL: url,
  CHATGPT2API_API_KEY: apiKey,
  QUOTA_STORE_URL: "memory:",
  MAX_MULTIPART_MEMORY_BYTES: "100",
  LOG_LEVEL: "None"
}))

type Service = Awaited<ReturnType<typeof FetchHandler.open>>
type Env = Effect.Success<typeof variables>

const inProcess = (env: Env) => Effect.promise(() => FetchHandler.open(FetchHost.layer, env))

/** In a script's world of its own, bundled as for hosts that are no runtime of a server's. */
const inWebRealm = Effect.fnUntraced(function* (variables: Env) {
  const { code } = yield* Effect.promise(() =>
    bundle(
      `import * as FetchHandler from "@scnmnt/server/FetchHandler"
       import * as FetchHost from "@scnmnt/server/runtimes/FetchHost"
       opened(FetchHandler.open(FetchHost.layer, variables))`,
      "iife"
    )
  )
  return yield* Effect.callback<Service>((resume) => {
    const opened = (service: Promise<Service>) => resume(Effect.promise(() => service))
    runInContext(code, webRealm({ console, opened, variables }))
  })
})

/** The service in a host that has `fetch` and nothing else, closed with the scope. */
const openedIn = Effect.fnUntraced(function* (open: (env: Env) => Effect.Effect<Service>) {
  const env = yield* variables
  const service = yield* Effect.acquireRelease(open(env), ({ close }) => Effect.promise(close))
  const send = (path: string, init?: RequestInit) =>
    Effect.promise(() => service.fetch(new Request(`https://any.host${path}`, init)))
  yield* send("/api/quota/check-in", asJson({ fingerprint: "account-1" }))
  return { close: Effect.promise(service.close), send }
})
const opened = openedIn(inProcess)

describe("the fetch handler", () => {
  it.live(
    "asks for nothing but what the Web's standards name: no process, no module of Node's",
    () =>
      Effect.gen(function* () {
        const { send } = yield* openedIn(inWebRealm)
        const text = (answer: Response) => Effect.promise(() => answer.text())
        const ordered = yield* send("/api/images/generate", asJson({ prompt: "a red fox", fingerprint: "account-1" }))
        const id = /"id":"([^"]+)"/.exec(yield* text(ordered))?.[1]
        const ended = yield* Effect.flatMap(send(`/api/images/tasks/${id}?wait=30`), text)
        assert.include(ended, `"status":"completed"`)
        const image = yield* send(`/api/images/tasks/${id}/image`)
        const bytes = new Uint8Array(yield* Effect.promise(() => image.arrayBuffer()))
        assertSameBytes(bytes, painted("a red fox"))
        const page = yield* Effect.flatMap(send("/metrics"), text)
        assert.match(page, /^scnmnt_build_info\{.*runtime="unknown".*\} 1$/m)
      }).pipe(Effect.provide(UpstreamSimulator.layer({ imageSide }))),
    60_000
  )

  it.live("takes uploads where there is no disk, and sends them on with their length", () =>
    Effect.gen(function* () {
      const { send } = yield* opened
      const { requests } = yield* UpstreamSimulator
      const body = formOf({ prompt: "a red fox", fingerprint: "account-1" }, [
        file("fox.png", png("a fox")),
        file("fox.jpeg", jpeg)
      ])
      const answer = yield* send("/api/images/generate", { method: "POST", body })
      assert.strictEqual(answer.status, 200)
      const submission = yield* Effect.fromNullishOr((yield* requests).find(({ call }) => call === "submit"))
      assert.deepStrictEqual(
        submission.files.map(({ bytes }) => bytes),
        [png("a fox"), jpeg]
      )
      assert.strictEqual(submission.headers["content-length"], String(submission.body.length))
      assert.notProperty(submission.headers, "transfer-encoding")
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("follows no redirect of the upstream's", () =>
    Effect.gen(function* () {
      const { send } = yield* opened
      const { play, requests, url } = yield* UpstreamSimulator
      yield* play(Fault.reply(HttpServerResponse.redirect(`${url}/elsewhere`), { on: "chat" }))
      const answer = yield* send("/api/prompts/enhance", asJson({ prompt: "a red fox", direction: "details" }))
      assert.strictEqual(answer.status, 502)
      assert.lengthOf(yield* requests, 1)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("closes at once when nothing but event streams is running, and ends them", () =>
    Effect.gen(function* () {
      const { close, send } = yield* opened
      const { play } = yield* UpstreamSimulator
      yield* play(Fault.neverEnds())
      const ordered = yield* send("/api/images/generate", asJson({ prompt: "a red fox", fingerprint: "account-1" }))
      const id = /"id":"([^"]+)"/.exec(yield* Effect.promise(() => ordered.text()))?.[1]
      const { body } = yield* send(`/api/images/tasks/${id}/events`)
      const reading = yield* Effect.forkChild(Effect.promise(() => new Response(body).text()))
      const told = yield* Clock.currentTimeMillis
      yield* close
      // Requests that run have 10 seconds to finish: to be closed in less, this may not have been one.
      assert.isBelow((yield* Clock.currentTimeMillis) - told, 5000)
      const events = yield* Fiber.join(reading)
      assert.include(events, "data: ")
      assert.isTrue(events.endsWith("\n\n"))
      assert.strictEqual((yield* send("/healthz")).status, 503)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("keeps its store open until a stream that runs has ended", () =>
    Effect.gen(function* () {
      const { close, send } = yield* opened
      const { body } = yield* send("/api/prompts/enhance", asJson({ prompt: "a red fox", direction: "details" }))
      const closing = yield* Effect.forkChild(close)
      const chunks = Stream.fromReadableStream({ evaluate: () => body ?? new ReadableStream(), onError: String })
      const open = Effect.sync(() => closing.pollUnsafe() === undefined)
      const read = yield* chunks.pipe(
        Stream.decodeText,
        Stream.mapEffect((text) => Effect.map(open, (isOpen) => ({ text, isOpen }))),
        Stream.runCollect
      )
      assert.isTrue(read.slice(0, 10).every(({ isOpen }) => isOpen))
      assert.strictEqual(read.at(-1)?.text, "data: [DONE]\n\n")
      yield* Fiber.join(closing)
    }).pipe(Effect.provide(UpstreamSimulator.layer({ tokenEvery: "50 millis" })))
  )

  it.live("rejects what is wrong with its configuration", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.tryPromise(() => FetchHandler.open(FetchHost.layer, { PORT: "ten" })))
      assert.include(String(error.cause), "ConfigurationInvalid")
    })
  )

  it.live("has no say in the addresses that fetch connects to, so that it refuses to take images from anywhere", () =>
    Effect.gen(function* () {
      const env = { ...(yield* variables), CHATGPT2API_IMAGE_ORIGINS: "*" }
      const error = yield* Effect.flip(Effect.tryPromise(() => FetchHandler.open(FetchHost.layer, env)))
      assert.include(String(error.cause), "ConfigurationInvalid")
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
