import { get } from "node:http"
import { assert, describe, layer } from "@effect/vitest"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { Api } from "@scnmnt/server/api/Api"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { Context, Effect, Layer, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { open, request } from "../e2e/support/Client.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { assertSameBytes, file, imageSide, painted, png } from "../e2e/support/Fixtures.ts"
import { complete, follow, generate, generateByForm, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Process from "../e2e/support/Process.ts"
import { newStorePath, Service } from "../e2e/support/Service.ts"

const onError = (cause: unknown) => new Error("the stream broke", { cause })

/** An example that has scnmnt below `/pictures`, as a process. */
class Host extends Context.Service<Host, { readonly url: string; readonly exit: Effect.Effect<number | null> }>()(
  "test/examples/Host"
) {}

/** The example, and scnmnt as its clients see it. */
const hostOf = (entry: string) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const storePath = yield* newStorePath
      const { exit, kill, url } = yield* Process.start(`exec node -C scnmnt-source ${entry}`, {
        ...(yield* Process.variables(storePath)),
        TASK_POLL_INTERVAL: "20 millis",
        // So slow that what one test has taken is not back in another.
        RATE_LIMIT: "all=1000/day"
      })
      const address = yield* url
      return Context.make(Service, { url: `${address}/pictures`, storePath }).pipe(
        Context.add(Host, { url: address, exit: Effect.andThen(kill("SIGTERM"), exit) })
      )
    })
  ).pipe(Layer.provideMerge(UpstreamSimulator.layer({ imageSide })))

/** How many requests a client of this address may send after this one. */
const requestsLeft = Effect.fnUntraced(function* (localAddress: string) {
  const { url } = yield* Service
  return yield* Effect.callback<number>((resume) => {
    get(`${url}/api/status`, { localAddress }, (answer) => {
      answer.resume()
      resume(Effect.succeed(Number(/"all";r=(\d+)/.exec(String(answer.headers["ratelimit"]))?.[1])))
    })
  })
})

describe.each([
  ["Effect's HttpRouter", "examples/http-router/main.ts"],
  ["Hono", "examples/hono/main.ts"]
])("mounted in an app of %s", (_, entry) => {
  layer(hostOf(entry), { excludeTestServices: true, timeout: 30_000 })((it) => {
    const ofHost = (path: string, init?: RequestInit) =>
      Effect.flatMap(Host, ({ url }) => Effect.tryPromise(() => fetch(url + path, init)))

    it.effect("the service leaves the app's addresses to the app", () =>
      Effect.gen(function* () {
        const home = yield* ofHost("/")
        assert.strictEqual(yield* Effect.promise(() => home.text()), "The app itself")
        for (const [path, init] of [["/nothing"], ["/api/status"], ["/", { method: "DELETE" }]] as const) {
          const answer = yield* ofHost(path, init)
          assert.strictEqual(answer.status, 404)
          assert.notInclude(yield* Effect.promise(() => answer.text()), "RouteNotFound")
        }
      })
    )

    it.effect("it paints, and its links lead below the path", () =>
      Effect.gen(function* () {
        const { id, image } = yield* complete({ fingerprint: yield* newAccount, prompt: "a red fox" })
        assert.strictEqual(image, `/pictures/api/images/tasks/${id}/image`)
        const answer = yield* ofHost(image ?? "")
        assertSameBytes(new Uint8Array(yield* Effect.promise(() => answer.arrayBuffer())), painted("a red fox"))
      })
    )

    it.effect("it takes uploads", () =>
      Effect.gen(function* () {
        const job = { fingerprint: yield* newAccount, prompt: "the same in winter" }
        const id = yield* Effect.flatMap(generateByForm(job, [file("fox.png", png("a fox"))]), taskIdOf)
        const { status } = yield* follow(id)
        assert.strictEqual(status, "completed")
      })
    )

    it.effect("a typed client takes its path as the base", () =>
      Effect.gen(function* () {
        const { url } = yield* Service
        const { quota } = yield* Effect.provide(HttpApiClient.make(Api, { baseUrl: url }), FetchHttpClient.layer)
        const { data } = yield* quota.checkIn({ payload: { fingerprint: Fingerprint.make("typed-client") } })
        assert.strictEqual(data.balance, 10)
      })
    )

    it.effect("it counts each client's requests for itself", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          yield* Effect.forEach(["127.0.0.2", "127.0.0.2", "127.0.0.3"], requestsLeft),
          [999, 998, 999]
        )
      })
    )

    it.effect("its failures keep their one body", () =>
      Effect.gen(function* () {
        const headers = { "content-type": "application/json" }
        const broken = yield* request("/api/quota/status", { method: "POST", headers, body: "{" })
        yield* assertFailure(broken, 400, "InvalidRequest")
        yield* assertFailure(yield* request("/nothing"), 404, "RouteNotFound")
        yield* assertFailure(yield* request(""), 404, "RouteNotFound")
        const wrongMethod = yield* request("/api/quota/status")
        yield* assertFailure(wrongMethod, 405, "MethodNotAllowed")
        assert.strictEqual(wrongMethod.headers.get("allow"), "POST")
      })
    )

    it.effect("its event streams end when the app is told to stop", () =>
      Effect.gen(function* () {
        yield* UpstreamSimulator.use(({ play }) => play(Fault.neverEnds()))
        const id = yield* taskIdOf(yield* generate({ fingerprint: yield* newAccount }))
        const { body } = yield* open(`/api/images/tasks/${id}/events`)
        // Told once: a second time would be too much for an app that is about to stop.
        const exit = yield* Effect.cached((yield* Host).exit)
        const events = yield* Stream.fromReadableStream({ evaluate: () => body ?? new ReadableStream(), onError }).pipe(
          Stream.decodeText,
          // Told to stop at the first event, it ends the stream that would have no end.
          Stream.tap((text) => (text.includes("data:") ? Effect.forkChild(exit) : Effect.void)),
          Stream.mkString
        )
        assert.include(events, `"id":"${id}"`)
        yield* exit
      })
    )
  })
})
