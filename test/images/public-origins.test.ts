import { EventEmitter } from "node:events"
import { Socket } from "node:net"
import { assert, it, layer, vi } from "@effect/vitest"
import * as Adapters from "@scnmnt/server/Adapters"
import * as Configuration from "@scnmnt/server/Configuration"
import { Settings } from "@scnmnt/server/Settings"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { ConfigProvider, Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { door } from "../../packages/adapters-http/test/door.ts"
import { privateUrls } from "../../packages/adapters-http/test/privateUrls.ts"
import { assertSameBytes, painted } from "../e2e/support/Fixtures.ts"
import { Service } from "../e2e/support/Service.ts"
import * as Gallery from "./Gallery.ts"
import { file, whole } from "./Pictures.ts"
import { ask } from "./RawClient.ts"

/** Where this process tries to connect from now on, as `address:port`, whether anybody is there or not. */
const connectionAttempts = Effect.acquireRelease(
  Effect.sync(() => {
    const tried: Array<string> = []
    const spy = vi.spyOn(Socket.prototype, "emit")
    spy.mockImplementation(function (this: Socket, event: string | symbol, ...args: ReadonlyArray<unknown>) {
      if (event === "connectionAttempt") tried.push(`${String(args[0])}:${String(args[1])}`)
      return EventEmitter.prototype.emit.call(this, event, ...args)
    })
    return { spy, tried }
  }),
  ({ spy }) => Effect.sync(() => spy.mockRestore())
).pipe(Effect.map(({ tried }) => tried))

const options = { excludeTestServices: true, timeout: "60 seconds" } as const

layer(Gallery.layer({ CHATGPT2API_IMAGE_ORIGINS: "*" }), options)("with any public origin allowed", (it) => {
  it.effect.each([
    ["a port", true],
    ["no port", false]
  ] as const)(
    "no image is fetched from this machine or its network, however its URL is written, with %s",
    ([, withPort]) =>
      Effect.gen(function* () {
        const { knocks, port } = yield* door()
        const urls = privateUrls(withPort ? port : undefined)
        assert.isAtLeast(urls.length, 60)
        const service = new URL((yield* Service).url).host
        const upstream = new URL((yield* UpstreamSimulator).url).host
        const tried = yield* connectionAttempts
        for (const url of urls) {
          const { body, status } = yield* ask(yield* Gallery.taskOf(() => [{ url }]))
          assert.strictEqual(status, 502, `${url} ${body.toString()}`)
          assert.include(JSON.parse(body.toString()), { error: "UpstreamFailed" })
        }
        // A port that is not the web's is refused as such. At the web's nobody listens, so that the attempt is what counts.
        assert.deepStrictEqual(
          tried.filter((host) => host !== upstream && host !== service),
          []
        )
        assert.include(tried, service)
        assert.deepStrictEqual(knocks, [])
      }),
    120_000
  )

  it.effect("the upstream's own images come from wherever it is", () =>
    Effect.gen(function* () {
      const { body, status } = yield* ask(yield* Gallery.taskOf(({ origin, path }) => [{ url: origin + path }]))
      assert.strictEqual(status, 200)
      assertSameBytes(body, painted("a red fox"))
    })
  )
})

layer(Gallery.layer({}, "*"), options)("with any public origin and a private one allowed", (it) => {
  it.effect("the private one is one that the operator vouches for", () =>
    Effect.gen(function* () {
      const picture = file(1000)
      const { body, status } = yield* ask((yield* Gallery.shown(whole(picture))).path)
      assert.strictEqual(status, 200)
      assertSameBytes(body, picture)
    })
  )

  it.effect("no redirect leads from it to another", () =>
    Effect.gen(function* () {
      const { knocks, port } = yield* door()
      for (const location of [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `//[::1]:${port}/`]) {
        const { path } = yield* Gallery.shown((_, response) => response.writeHead(302, { location }).end())
        assert.strictEqual((yield* ask(path)).status, 502)
      }
      assert.deepStrictEqual(knocks, [])
    })
  )
})

it.live("any public origin is refused at start where the runtime has no say in the addresses connected to", () =>
  Effect.gen(function* () {
    const start = Effect.fnUntraced(function* (origins: string) {
      const env = {
        CHATGPT2API_BASE_URL: "http://127.0.0.1:1",
        CHATGPT2API_API_KEY: "key",
        CHATGPT2API_IMAGE_ORIGINS: origins,
        QUOTA_STORE_URL: "memory:"
      }
      const settings = yield* Effect.provideService(
        Configuration.load(Settings),
        ConfigProvider.ConfigProvider,
        ConfigProvider.fromEnv({ env })
      )
      return yield* Layer.build(Adapters.layer(settings).pipe(Layer.provide(FetchHttpClient.layer)))
    })
    const error = yield* Effect.flip(start("https://images.example, *"))
    assert(error._tag === "ConfigurationInvalid")
    assert.match(error.problems.join("\n"), /^CHATGPT2API_IMAGE_ORIGINS must be [^\n]+$/)
    yield* start("https://images.example")
  })
)
