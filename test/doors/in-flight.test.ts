import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { eventually, post, request } from "../e2e/support/Client.ts"
import { enhance } from "../e2e/support/Enhancement.ts"
import { assertFailure } from "../e2e/support/Failures.ts"
import { complete, generate, imagePath, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { openStream } from "../e2e/support/TextStream.ts"
import { visit, visitors } from "../leaks/Visitors.ts"
import { puppet } from "../streams/support/Following.ts"

const limits = { RATE_LIMIT: "all=off,in-flight=3,enhance-in-flight=2", TRUST_PROXY: "true" }

/** Every test's client has an address of its own, as a proxy would tell it. */
const from = (address: string) => ({ "x-forwarded-for": address })

const statusFrom = (address: string) => request("/api/status", { headers: from(address) })

const assertFull = (address: string) =>
  Effect.gen(function* () {
    const answer = yield* statusFrom(address)
    yield* assertFailure(answer, 429, "RateLimited")
    assert.strictEqual(answer.headers.get("retry-after"), "5")
    assert.strictEqual(answer.json["retryAfter"], 5)
  })

/** The server hears of a client that has left a moment later. */
const hasRoom = (address: string) => eventually(statusFrom(address), ({ status }) => status === 200)

layer(Service.layer(limits), { excludeTestServices: true })("of requests in flight,", (it) => {
  it.effect("one address has so many, streams to their end, and takes no place from another", () =>
    Effect.gen(function* () {
      const { id, succeeds } = yield* puppet
      const follow = openStream(`/api/images/tasks/${id}/events`, { headers: from("203.0.113.1") })
      const [first, ...others] = yield* Effect.replicateEffect(follow, 3)
      yield* assertFull("203.0.113.1")
      assert.strictEqual((yield* statusFrom("203.0.113.2")).status, 200)
      yield* first?.leave ?? Effect.void
      yield* hasRoom("203.0.113.1")
      const another = yield* follow
      yield* assertFull("203.0.113.1")
      yield* succeeds
      for (const { readAll } of [...others, another]) assert.include(yield* readAll, "completed")
      yield* hasRoom("203.0.113.1")
    })
  )

  it.effect("an address that has no room left can be probed", () =>
    Effect.gen(function* () {
      const { id } = yield* puppet
      const streams = yield* Effect.replicateEffect(openStream(`/api/images/tasks/${id}/events`), 3)
      for (const path of ["/healthz", "/readyz", "/metrics"]) {
        assert.strictEqual((yield* request(path)).status, 200)
      }
      for (const { leave } of streams) yield* leave
      yield* hasRoom("127.0.0.1")
    })
  )

  it.effect("none that is answered keeps its place", () =>
    Effect.gen(function* () {
      yield* Service.freshUpstream
      const address = "203.0.113.3"
      const headers = from(address)
      const fingerprint = yield* newAccount
      const { id } = yield* complete({ fingerprint })
      const all = [
        generate({ fingerprint }, headers),
        generate({ fingerprint: "short" }, headers),
        post("/api/quota/check-in", { fingerprint }, { ...headers, "sec-fetch-site": "cross-site" }),
        request("/nowhere", { headers }),
        request("/api/status", { method: "POST", headers }),
        request("/openapi.json", { headers }),
        request(imagePath(id), { headers }),
        request(imagePath(id), { headers: { ...headers, "if-none-match": "*" } }),
        request(imagePath(id), { method: "HEAD", headers }),
        request(`/api/images/tasks/${id}/events`, { headers })
      ]
      for (const one of all) {
        yield* Effect.replicateEffect(Effect.andThen(one, hasRoom(address)), 4)
      }
    })
  )

  it.effect("enhancements have fewer, so that one address leaves some of the image service's to others", () =>
    Effect.gen(function* () {
      const { counters, play } = yield* UpstreamSimulator
      yield* play(Fault.chatStall(), { times: 3 })
      const fox = { prompt: "a red fox", direction: "details" }
      const [first, second] = yield* Effect.replicateEffect(enhance(fox, from("203.0.113.4")), 2)
      const { chat } = (yield* counters).calls
      yield* assertFailure(yield* post("/api/prompts/enhance", fox, from("203.0.113.4")), 429, "RateLimited")
      assert.strictEqual((yield* counters).calls.chat, chat)
      const other = yield* enhance(fox, from("203.0.113.5"))
      assert.strictEqual(other.status, 200)
      assert.strictEqual((yield* statusFrom("203.0.113.4")).status, 200)
      yield* first?.leave ?? Effect.void
      yield* eventually(post("/api/prompts/enhance", fox, from("203.0.113.4")), ({ status }) => status === 200)
      for (const stream of [second, other]) yield* stream?.leave ?? Effect.void
    })
  )
})

layer(Service.layer({ ...limits, TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })(
  "of requests in flight,",
  (it) => {
    it.effect("none that its client leaves keeps its place", () =>
      Effect.gen(function* () {
        const { url } = yield* Service.Service
        const { play } = yield* UpstreamSimulator
        const fingerprint = yield* newAccount
        const task = (prompt: string, fault: Fault.Fault) =>
          Effect.andThen(play(fault), Effect.flatMap(generate({ fingerprint, prompt }), taskIdOf))
        const endless = yield* task("an owl", Fault.neverEnds())
        const large = yield* task("a map #fault:huge-image", Fault.fate({ queuedFor: 0, runsFor: 0 }))
        for (const visitor of Object.values(visitors({ endless, fingerprint, large }))) {
          for (const index of [0, 1, 2, 3]) yield* Effect.andThen(visit(url, visitor, index), hasRoom("127.0.0.1"))
        }
      })
    )
  }
)
