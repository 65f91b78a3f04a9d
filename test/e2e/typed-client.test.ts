import { assert, layer } from "@effect/vitest"
import { Api } from "@scnmnt/server/api/Api"
import * as Enhancement from "@scnmnt/server/api/Enhancement"
import { AccountJson } from "@scnmnt/server/api/QuotaApi"
import { EnhanceJson } from "@scnmnt/server/api/PromptsApi"
import { GenerateJson, Task } from "@scnmnt/server/api/ImagesApi"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Bytes, Effect, Schema, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { formOf } from "./support/Client.ts"
import { assertSameBytes, file, painted, png } from "./support/Fixtures.ts"
import { newAccount } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"

const client = Effect.flatMap(Service.Service, ({ url }) => HttpApiClient.make(Api, { baseUrl: url })).pipe(
  Effect.provide(FetchHttpClient.layer)
)
const fingerprint = AccountJson.fields.fingerprint.make
const wish = (text: string) => ({ prompt: EnhanceJson.fields.prompt.make(text), direction: "details" as const })
const order = (account: string, prompt = "a red fox") =>
  GenerateJson.make({ fingerprint: fingerprint(account), prompt: GenerateJson.fields.prompt.make(prompt) })

/** A task of this client's, followed to its end by its events. */
const painting = Effect.gen(function* () {
  const { images } = yield* client
  const { data } = yield* images.generate({ headers: {}, payload: order(yield* newAccount) })
  const events = yield* images.events({ params: { id: data.id }, headers: {} })
  return { id: data.id, events: yield* Stream.runCollect(events ?? Stream.empty) }
})

layer(Service.layer({}, { queuedFor: "1 second" }), { excludeTestServices: true })(
  "a client made of the API's definition",
  (it) => {
    it.effect("catches a failure by its tag, with what it says", () =>
      Effect.gen(function* () {
        const { images } = yield* client
        const caught = yield* images.generate({ headers: {}, payload: order("has-no-credits") }).pipe(
          Effect.as("a task"),
          Effect.catchTag("InsufficientCredits", ({ code, message }) => Effect.succeed(`${code} ${message}`))
        )
        assert.match(caught, /^402 .*credit/)
      })
    )

    it.effect("tells two failures of one status apart", () =>
      Effect.gen(function* () {
        yield* UpstreamSimulator.use(({ play }) => play(Fault.refuse(429, { on: "chat", retryAfter: "7" })))
        const { prompts } = yield* client
        const wait = yield* prompts.enhance({ payload: wish("a red fox") }).pipe(
          Effect.as(0),
          Effect.catchTag("UpstreamUnavailable", ({ retryAfter }) => Effect.succeed(retryAfter))
        )
        assert.strictEqual(wait, 7)
      })
    )

    it.effect("reads an improved prompt to its end", () =>
      Effect.gen(function* () {
        const { prompts } = yield* client
        const events = yield* prompts.enhance({ payload: wish("a red fox") })
        const tokens = yield* Stream.runCollect(Enhancement.tokens(events))
        assert.isAbove(tokens.length, 5)
        assert.match(tokens.join(""), /^a red fox — .*\.$/)
      })
    )

    it.effect("is told of an enhancement that failed on the way", () =>
      Effect.gen(function* () {
        yield* UpstreamSimulator.use(({ play }) => play(Fault.chatError()))
        const { prompts } = yield* client
        const events = yield* prompts.enhance({ payload: wish("a red fox") })
        const failure = yield* Effect.flip(Stream.runCollect(Enhancement.tokens(events)))
        assert.deepInclude(failure, { _tag: "EnhancementFailed", code: 502 })
      })
    )

    it.effect("takes an enhancement without its [DONE] for what it is", () =>
      Effect.gen(function* () {
        const event = { data: { choices: [{ delta: { content: "a red" } }] } } as const
        const failure = yield* Effect.flip(Stream.runCollect(Enhancement.tokens(Stream.make(event))))
        assert.strictEqual(failure._tag, "EnhancementCutOff")
      })
    )

    it.effect("follows a task by its events, and goes on after the last one it saw", () =>
      Effect.gen(function* () {
        const { events, id } = yield* painting
        const statuses = events.map(({ data }) => data.status)
        assert.strictEqual(statuses[0], "queued")
        assert.strictEqual(statuses.at(-1), "completed")
        const { images } = yield* client
        const rest = (lastEventId: string | undefined) =>
          images.events({ params: { id }, headers: { "last-event-id": lastEventId ?? "" } })
        const again = yield* Stream.runCollect((yield* rest(events[0]?.id)) ?? Stream.empty)
        assert.deepStrictEqual(
          again.map(({ data }) => data.status),
          ["completed"]
        )
        assert.isUndefined(yield* rest(again[0]?.id), "204: nothing is left")
      })
    )

    it.effect("waits for a task's end in one request", () =>
      Effect.gen(function* () {
        const { images } = yield* client
        const { data } = yield* images.generate({ headers: {}, payload: order(yield* newAccount) })
        const { data: ended } = yield* images.task({ params: { id: data.id }, query: { wait: 20.5 } })
        assert.strictEqual(ended.status, "completed")
        assert.isTrue(Schema.is(Task)(ended))
      })
    )

    it.effect("gets the image's bytes, or is told that there are none", () =>
      Effect.gen(function* () {
        const { id } = yield* painting
        const { images } = yield* client
        const bytes = yield* Effect.flatMap(images.image({ params: { id } }), Stream.runCollect)
        assertSameBytes(Bytes.concat(bytes), painted("a red fox"))
        const unknown = Task.fields.id.make("00000000-0000-4000-8000-000000000000")
        const failure = yield* Effect.flip(images.image({ params: { id: unknown } }))
        assert.strictEqual(failure._tag, "ImageNotReady")
      })
    )

    it.effect("orders with reference images", () =>
      Effect.gen(function* () {
        const { images } = yield* client
        const account = yield* newAccount
        const reference = png("a lighthouse")
        const form = formOf({ prompt: "the same in winter", fingerprint: account }, [file("a.png", reference)])
        const { data } = yield* images.generate({ headers: {}, payload: form })
        assert.strictEqual(data.mode, "image")
        yield* images.task({ params: { id: data.id }, query: { wait: 20 } })
        const bytes = yield* Effect.flatMap(images.image({ params: { id: data.id } }), Stream.runCollect)
        assertSameBytes(Bytes.concat(bytes), painted("the same in winter", "1:1", [reference]))
        const text = formOf({ prompt: "no picture", fingerprint: account }, [file("a.png", "text")])
        const failure = yield* Effect.flip(images.generate({ headers: {}, payload: text }))
        assert.strictEqual(failure._tag, "UnsupportedImage")
      })
    )
  }
)
