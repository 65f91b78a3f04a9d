import { once } from "node:events"
import type { Server } from "node:http"
import { connect } from "node:net"
import { Duplex } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import * as NodeConnections from "../../packages/server/src/runtimes/NodeConnections.ts"

/** No time runs out by itself; of the ones that a test is about there is little. */
const times = { connectionsCheckingInterval: 20, headersTimeout: 0, requestTimeout: 0, timeout: 0 }

const serverWith = Effect.fnUntraced(function* (changes: Partial<NodeConnections.Times>, most = 0) {
  const settings = { MAX_CONNECTIONS_PER_ADDRESS: most, TRUST_PROXY: 0 }
  const create = yield* NodeConnections.serverOf(settings, { ...times, ...changes })
  return yield* Effect.acquireRelease(Effect.sync(create), (server) => Effect.sync(() => server.close()))
}, Effect.provide(SecureRandom.layerWebCrypto))

/** What comes on a line until its end. It begins with this, and goes on for ever, a byte now and then, or not. */
const converse = Effect.fnUntraced(function* (server: Server, begin: string, goesOn = false) {
  yield* Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening"))
  const address = server.address()
  assert(address !== null && typeof address === "object")
  return yield* Effect.callback<string>((resume) => {
    const socket = connect(address.port, "127.0.0.1", () => socket.write(begin))
    const dripping = setInterval(() => goesOn && socket.writable && socket.write("i"), 20)
    let heard = ""
    socket.setEncoding("latin1").on("data", (text: string) => (heard += text))
    socket.on("error", () => {})
    socket.once("close", () => {
      clearInterval(dripping)
      resume(Effect.succeed(heard))
    })
    return Effect.sync(() => socket.destroy())
  })
})

const form = "POST /api/images/generate HTTP/1.1\r\nHost: service\r\nContent-Length: 16000000\r\n\r\n"

/** A line that comes from this address, as far as a server can tell. */
const lineFrom = (server: Server, remoteAddress: string) => {
  const line = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })
  server.emit("connection", Object.assign(line, { remoteAddress }))
  return line
}

describe("a line to the service on Node", () => {
  it.live("is told off when its request does not come to an end, however it goes on", () =>
    Effect.gen(function* () {
      const server = yield* serverWith({ headersTimeout: 200, requestTimeout: 200 })
      const heard = yield* converse(server, form, true)
      assert.match(heard, /^HTTP\/1\.1 408 [^]*"error":"RequestTimeout"/)
    })
  )

  it.live("is closed when nothing moves on it, in the middle of an answer too", () =>
    Effect.gen(function* () {
      const server = yield* serverWith({ timeout: 200 })
      server.on("request", (_request, response) => response.write("some, and then no more"))
      const heard = yield* converse(server, "GET / HTTP/1.1\r\nHost: service\r\n\r\n")
      assert.include(heard, "some, and then no more")
    })
  )

  it.live("is one of its /64's, of which there are so many at a time", () =>
    Effect.gen(function* () {
      const server = yield* serverWith({}, 2)
      const first = lineFrom(server, "2001:db8:1:2::1")
      assert.isFalse(first.destroyed)
      assert.isFalse(lineFrom(server, "2001:db8:1:2:ffff::").destroyed)
      assert.isTrue(lineFrom(server, "2001:db8:1:2:3:4:5:6").destroyed)
      assert.isFalse(lineFrom(server, "2001:db8:1:3::1").destroyed)
      first.destroy()
      yield* Effect.promise(() => once(first, "close"))
      assert.isFalse(lineFrom(server, "2001:db8:1:2::2").destroyed)
      assert.isTrue(lineFrom(server, "2001:db8:1:2::3").destroyed)
    })
  )
})
