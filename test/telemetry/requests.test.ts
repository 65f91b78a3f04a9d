import { assert, describe, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { asJson, eventually } from "../e2e/support/Client.ts"
import * as FetchService from "./support/FetchService.ts"

const task = "00000000-0000-4000-8000-000000000001"

describe("a request", () => {
  it.live.each([
    ["a task", `/api/images/tasks/${task}`, {}, "Info", { route: "/api/images/tasks/:id", status: 200, taskId: task }],
    [
      "an image",
      `/api/images/tasks/${task}/image`,
      {},
      "Info",
      { route: "/api/images/tasks/:id/image", status: 404, taskId: task }
    ],
    [
      "a check-in",
      "/api/quota/check-in",
      asJson({ fingerprint: "account-1" }),
      "Info",
      { method: "POST", route: "/api/quota/check-in", status: 200 }
    ],
    ["no task's id", "/api/images/tasks/x", {}, "Info", { route: "/api/images/tasks/:id", status: 400 }],
    ["no route", "/somewhere?a=b", {}, "Info", { route: "unknown", status: 404 }],
    ["another method", "/api/quota/status", {}, "Info", { method: "GET", route: "/api/quota/status", status: 405 }],
    [
      "too large a body",
      "/api/quota/status",
      asJson("a".repeat(17_000_000)),
      "Info",
      { method: "POST", route: "/api/quota/status", status: 413 }
    ],
    ["the health", "/healthz", {}, "Debug", { route: "/healthz", status: 200 }],
    ["the metrics", "/metrics", {}, "Debug", { route: "/metrics", status: 200 }],
    [
      "an order in vain",
      "/api/images/generate",
      asJson({ prompt: "a fox", fingerprint: "account-2" }),
      "Info",
      { method: "POST", route: "/api/images/generate", status: 402 }
    ]
  ] as const)("for %s is one line", ([, path, init, level, expected]) =>
    Effect.gen(function* () {
      const { ask } = yield* FetchService.make()
      const { headers, lines, status } = yield* ask(path, init)
      assert.lengthOf(lines, 1)
      const { milliseconds, requestId, ...facts } = lines[0]?.annotations ?? {}
      assert.deepInclude(lines[0], { level, message: "request" })
      assert.deepStrictEqual<object>(facts, { method: "GET", ...expected })
      assert.strictEqual(status, expected.status)
      assert.isAbove(Number(milliseconds), 0)
      assert.strictEqual(requestId, headers.get("x-request-id"))
    })
  )

  it.live("keeps the id that its sender gave it, if it is one", () =>
    Effect.gen(function* () {
      const { ask } = yield* FetchService.make()
      const idOf = (given: string) =>
        Effect.map(ask("/nowhere", { headers: { "x-request-id": given } }), ({ headers, lines }) => {
          assert.strictEqual(lines[0]?.annotations["requestId"], headers.get("x-request-id"))
          return headers.get("x-request-id") ?? ""
        })
      for (const id of ["1", "01JD3Q9TZ6", task, "a".repeat(64)]) assert.strictEqual(yield* idOf(id), id)
      const made = yield* Effect.forEach(["", "a".repeat(65), "two words", 'a"b', "\u00e9", "<b>"], idOf)
      for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-z]+$/)
      assert.strictEqual(new Set(made).size, made.length)
    })
  )

  it.live("is told and counted by its route, and by nothing that its sender thought of", () =>
    Effect.gen(function* () {
      const { ask } = yield* FetchService.make()
      for (const index of [1, 2, 3]) {
        yield* ask(`/api/images/tasks/${task.slice(0, -1)}${index}`)
        const { lines } = yield* ask(`/place-${index}`, { method: `METHOD${index}` })
        assert.deepInclude(lines[0]?.annotations, { method: "_OTHER", route: "unknown" })
      }
      const { headers, text } = yield* ask("/metrics")
      assert.strictEqual(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8")
      const counts = text.match(/^scnmnt_http_request_duration_seconds_count.*$/gm)
      assert.sameMembers(counts ?? [], [
        'scnmnt_http_request_duration_seconds_count{method="GET",route="/api/images/tasks/:id",status="200"} 3',
        'scnmnt_http_request_duration_seconds_count{method="_OTHER",route="unknown",status="404"} 3'
      ])
    })
  )

  it.live("that is followed counts as an open stream until it ends", () =>
    Effect.gen(function* () {
      const { play, url } = yield* UpstreamSimulator
      yield* play(Fault.chatStall())
      const { ask, open } = yield* FetchService.make(url)
      const openStreams = Effect.map(
        ask("/metrics"),
        ({ text }) => text.match(/scnmnt_event_streams_open\{kind="enhancement"\} (\d+)/)?.[1]
      )
      assert.strictEqual(yield* openStreams, "0")
      const order = asJson({ prompt: "a fox", direction: "details" })
      const reader = (yield* open("/api/prompts/enhance", order)).body?.getReader()
      yield* Effect.promise(async () => reader?.read())
      assert.strictEqual(yield* openStreams, "1")
      yield* Effect.promise(async () => reader?.cancel())
      yield* eventually(openStreams, (count) => count === "0")
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("is better sent elsewhere when the server is about to stop", () =>
    Effect.gen(function* () {
      const { ask, shutDown } = yield* FetchService.make()
      assert.strictEqual((yield* ask("/readyz")).status, 200)
      yield* shutDown
      const { lines, status, text } = yield* ask("/readyz")
      assert.strictEqual(status, 503)
      assert.deepInclude(JSON.parse(text), { code: 503, error: "NotReady", reasons: ["draining"] })
      assert.strictEqual(lines[0]?.level, "Warn")
      assert.strictEqual((yield* ask("/healthz")).status, 200)
    })
  )
})
