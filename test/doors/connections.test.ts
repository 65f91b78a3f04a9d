import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { eventually, request } from "../e2e/support/Client.ts"
import { complete, newAccount } from "../e2e/support/Jobs.ts"
import type * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import { puppet } from "../streams/support/Following.ts"

/** A line to the service, and how it stands. */
const line = Effect.fnUntraced(function* (localAddress = "127.0.0.1") {
  const { hostname, port } = new URL((yield* Service.Service).url)
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => connect({ host: hostname, port: Number(port), localAddress })),
    (socket) => Effect.sync(() => socket.destroy())
  )
  const heard: Array<string> = []
  socket.setEncoding("utf8")
  socket.on("data", (text: string) => heard.push(text))
  socket.on("error", () => undefined)
  return { socket, heard }
})

const isAnswered = Effect.fnUntraced(function* ({ heard, socket }: { socket: Socket; heard: ReadonlyArray<string> }) {
  socket.write("GET /api/status HTTP/1.1\r\nHost: service\r\n\r\n")
  yield* eventually(
    Effect.sync(() => socket.closed || heard.length > 0),
    (isOver) => isOver
  )
  return heard.join("").startsWith("HTTP/1.1 200 ")
})

/** A line that is answered, once there is room for one: the server hears of a line's end a moment later. */
const answeredLine = Effect.flatMap(line(), (one) =>
  Effect.map(isAnswered(one), (answered) => ({ ...one, answered }))
).pipe((once) => eventually(once, ({ answered }) => answered))

const assertFull = Effect.map(Effect.flatMap(line(), isAnswered), (answered) => assert.isFalse(answered))

const serviceWith = (variables: Process.Variables) => Effect.provide(Service.layer(variables))

describe.concurrent("of connections,", () => {
  it.live("a thousand slow ones keep nobody else waiting, and are told off", () =>
    Effect.gen(function* () {
      const lines = yield* Effect.replicateEffect(line(), 1000, { concurrency: "unbounded" })
      const closed = lines.map(({ socket }) => once(socket, "close"))
      for (const { socket } of lines) socket.write("POST /api/images/generate HTTP/1.1\r\nHost: serv")
      assert.strictEqual((yield* complete({ fingerprint: yield* newAccount })).status, "completed")
      // Each would go on for ever, a byte now and then.
      const dripping = setInterval(() => lines.forEach(({ socket }) => socket.writable && socket.write("i")), 1000)
      yield* Effect.promise(() => Promise.all(closed)).pipe(Effect.ensuring(Effect.sync(() => clearInterval(dripping))))
      for (const { heard } of lines) assert.match(heard.join(""), /^HTTP\/1\.1 408 [^]*"error":"RequestTimeout"/)
    }).pipe(serviceWith({}))
  )

  it.live("one address has so many at a time, and takes none from another", () =>
    Effect.gen(function* () {
      const fill = Effect.replicateEffect(answeredLine, 3)
      const [first, ...others] = yield* fill
      yield* assertFull
      assert.isTrue(yield* isAnswered(yield* line("127.0.0.2")))
      first?.socket.destroy()
      const next = yield* answeredLine
      yield* assertFull
      for (const { socket } of [next, ...others]) socket.destroy()
      yield* fill
      yield* assertFull
    }).pipe(serviceWith({ MAX_CONNECTIONS_PER_ADDRESS: "3" }))
  )

  it.live("one on which requests do not wait for answers has no more in flight than many have", () =>
    Effect.gen(function* () {
      const { id } = yield* puppet
      const { socket } = yield* line()
      socket.write(`GET /api/images/tasks/${id}/events HTTP/1.1\r\nHost: service\r\n\r\n`.repeat(50))
      yield* eventually(request("/api/status"), ({ status }) => status === 429)
      const page = yield* request("/metrics")
      assert.include(page.text, `scnmnt_event_streams_open{kind="task"} 20\n`)
      socket.destroy()
      yield* eventually(request("/api/status"), ({ status }) => status === 200)
    }).pipe(serviceWith({ RATE_LIMIT: "in-flight=20" }))
  )

  it.live("behind a proxy they are all the proxy's", () =>
    Effect.gen(function* () {
      for (const one of yield* Effect.replicateEffect(line(), 5)) assert.isTrue(yield* isAnswered(one))
    }).pipe(serviceWith({ MAX_CONNECTIONS_PER_ADDRESS: "3", TRUST_PROXY: "true" }))
  )

  it.live("behind proxies of some networks, who comes from elsewhere has no more than without", () =>
    Effect.gen(function* () {
      const ofProxy = yield* Effect.replicateEffect(line("127.0.0.2"), 5)
      for (const one of ofProxy) assert.isTrue(yield* isAnswered(one))
      yield* Effect.replicateEffect(answeredLine, 3)
      yield* assertFull
    }).pipe(serviceWith({ MAX_CONNECTIONS_PER_ADDRESS: "3", TRUST_PROXY: "127.0.0.2/32,10.0.0.0/8" }))
  )

  it.live("an idle one is kept for 5 seconds, and behind a proxy for 75", () =>
    Effect.gen(function* () {
      const kept = yield* line()
      assert.isTrue(yield* isAnswered(kept))
      assert.match(kept.heard.join(""), /\r\nKeep-Alive: timeout=5\r\n/)
      yield* Effect.promise(() => once(kept.socket, "close"))
      const behindProxy = yield* Service.start(yield* Service.newStorePath, { TRUST_PROXY: "true" })
      const other = yield* Effect.provideService(line(), Service.Service, behindProxy)
      assert.isTrue(yield* isAnswered(other))
      assert.match(other.heard.join(""), /\r\nKeep-Alive: timeout=75\r\n/)
    }).pipe(serviceWith({}))
  )
})
