import { connect } from "node:net"
import { assert, layer } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Deferred, Effect } from "effect"
import { assertSameBytes } from "../e2e/support/Fixtures.ts"
import { Service } from "../e2e/support/Service.ts"
import * as Gallery from "./Gallery.ts"
import { file, images, whole } from "./Pictures.ts"
import { ask } from "./RawClient.ts"

const block = file(65_536, new Uint8Array())

/** A storage with an image of this many blocks, and how many bytes of it have left. */
const vast = (blocks: number, headers: Record<string, string> = {}) => {
  const sent = { bytes: 0 }
  return {
    sent,
    shown: Gallery.shown((_, response) => {
      let left = blocks
      const write = () => {
        sent.bytes += block.length
        if (--left === 0) response.end(block)
        else if (!response.destroyed) response.write(block, write)
      }
      response.writeHead(200, headers).write(images["image/png"], write)
    })
  }
}

/** A client that reads when it is told to. */
const visit = Effect.fnUntraced(function* (path: string) {
  const { hostname, port } = new URL((yield* Service).url)
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => connect({ host: hostname, port: Number(port) })),
    (socket) => Effect.sync(() => socket.destroy())
  )
  socket.on("error", () => undefined)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: service\r\n\r\n`)
  return {
    leave: Effect.sync(() => socket.destroy()),
    /** The next bytes that come, of which there are at most 64 KiB. */
    read: Effect.callback<number>((resume) => {
      socket.once("data", (chunk) => {
        socket.pause()
        resume(Effect.succeed(chunk.length))
      })
      socket.resume()
    })
  }
})

const options = { excludeTestServices: true, timeout: "60 seconds" } as const

layer(Gallery.layer({ MAX_IMAGE_BYTES: "1000000000" }), options)("an image on its way", (it) => {
  it.effect.each([
    ["of known length", { "content-length": String(8000 * block.length + 8) }],
    ["of unknown length", {}]
  ] as const)("%s comes as fast as it is read, and what lies in between is bounded", ([, headers]) =>
    Effect.gen(function* () {
      const { sent, shown } = vast(8000, headers)
      const { read } = yield* visit((yield* shown).path)
      let received = 0
      // 500 MB would be here in the time that it takes to read 10 MB so slowly.
      while (received < 10_000_000) {
        received += yield* Effect.delay(read, "4 millis")
        assert.isBelow(sent.bytes - received, 64 * 1024 * 1024)
      }
    })
  )

  it.effect("ends at its source when its reader leaves", () =>
    Effect.gen(function* () {
      const { requests } = yield* Gallery.Gallery
      const { shown } = vast(8000)
      const { at, path } = yield* shown
      const { leave, read } = yield* visit(path)
      yield* read
      yield* leave
      yield* Effect.forEach(requests(at), ({ left }) => Deferred.await(left))
      assert.lengthOf(requests(at), 1)
    })
  )

  it.effect("is asked for no longer when its reader leaves before it comes", () =>
    Effect.gen(function* () {
      const { requests } = yield* Gallery.Gallery
      const asked = yield* Deferred.make<void>()
      const { at, path } = yield* Gallery.shown(() => Deferred.doneUnsafe(asked, Effect.void))
      const { leave } = yield* visit(path)
      yield* Deferred.await(asked)
      yield* leave
      yield* Effect.forEach(requests(at), ({ left }) => Deferred.await(left))
    })
  )

  it.effect("costs no look-up to show again", () =>
    Effect.gen(function* () {
      const { counters } = yield* UpstreamSimulator
      const picture = file(1000)
      const { at, path } = yield* Gallery.shown(whole(picture))
      const { calls: before } = yield* counters
      for (const _ of [1, 2, 3, 4, 5]) {
        assertSameBytes((yield* ask(path)).body, picture)
        yield* ask(path, {}, "HEAD")
        yield* ask(path, { range: "bytes=1-2" })
      }
      assert.strictEqual((yield* counters).calls["look-up"], before["look-up"])
      assert.isAbove((yield* Gallery.Gallery).requests(at).length, 10)
    })
  )

  it.effect("costs none if it came with the task, and neither does the task", () =>
    Effect.gen(function* () {
      const { counters } = yield* UpstreamSimulator
      const picture = file(1_000_000)
      const path = yield* Gallery.inline(picture)
      const { calls: before } = yield* counters
      for (const _ of [1, 2, 3, 4, 5]) {
        assertSameBytes((yield* ask(path)).body, picture)
        assertSameBytes((yield* ask(path, { range: "bytes=99999-" })).body, picture.subarray(99_999))
        yield* ask(path, {}, "HEAD")
        assert.strictEqual((yield* ask(path.replace(/\/image$/, ""))).status, 200)
      }
      assert.strictEqual((yield* counters).calls["look-up"], before["look-up"])
    })
  )

  it.effect("shows the key to the upstream alone", () =>
    Effect.gen(function* () {
      const { requests } = yield* Gallery.Gallery
      const { at, path } = yield* Gallery.shown(whole(file(1000)))
      yield* ask(path)
      assert.deepStrictEqual(
        requests(at).map(({ authorization }) => authorization),
        [undefined]
      )
    })
  )
})
