import { createServer, type Socket } from "node:net"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { ImageSource } from "@scnmnt/core/ports/ImageSource"
import { ImageLocation, ImageUpstream } from "@scnmnt/core/ports/ImageUpstream"
import { PromptModel } from "@scnmnt/core/ports/PromptModel"
import { TaskId } from "@scnmnt/core/TaskId"
import type { RequestListener, ServerResponse } from "node:http"
import { Effect, Option, Stream } from "effect"
import { portOf } from "../../../test/Ports.ts"
import { adapters, generation, serve, taskId } from "./support.ts"

const mebibyte = 1024 * 1024
const [id, other] = [TaskId.make("00000000-0000-4000-8000-0000000000ab"), taskId(2)]

const submit = ImageUpstream.use((upstream) => upstream.submit(id, generation))
const lookUp = ImageUpstream.use((upstream) => upstream.lookUp(id))
const complete = Stream.runCollect(
  Stream.unwrap(
    PromptModel.use((model) =>
      Effect.succeed(model.complete({ instructions: "Improve.", text: "a red fox", temperature: 0.35 }))
    )
  )
)

const facing = Effect.fnUntraced(function* <A, E>(
  listener: RequestListener,
  attempt: Effect.Effect<A, E, ImageUpstream | PromptModel>
) {
  const url = yield* serve(listener)
  return yield* Effect.provide(attempt, adapters(url))
})

/** Writes this again and again until the line ends, and tells how much it was. */
const endlessly = (response: ServerResponse, piece: string, count: (bytes: number) => void) => {
  const block = Buffer.from(piece.repeat(Math.ceil(mebibyte / piece.length)))
  const write = () => {
    if (response.destroyed) return
    count(block.length)
    response.write(block, write)
  }
  write()
}

describe("an upstream that means harm", () => {
  it.live.each([
    ["a refusal of a submission", Effect.flip(submit), 400, " "],
    ["an answer to a look-up", Effect.flip(lookUp), 200, " "],
    ["a refusal of a completion", Effect.flip(complete), 500, " "],
    ["a completion in one event", Effect.flip(complete), 200, "data: x"],
    [
      "a completion of empty tokens",
      Effect.flip(complete),
      200,
      `data: {"id":"${"x".repeat(250)}","choices":[{"delta":{}}]}\n\n`
    ],
    ["a completion of comments", Effect.flip(complete), 200, ": PING\n\n"]
  ] as const)("is not read on when %s does not end", ([, attempt, status, piece]) =>
    Effect.gen(function* () {
      let written = 0
      const listener: RequestListener = (_, response) => {
        response.writeHead(status, { "content-type": "text/event-stream" })
        endlessly(response, piece, (bytes) => (written += bytes))
      }
      yield* facing<unknown, unknown>(listener, attempt)
      assert.isBelow(written, 64 * mebibyte)
    })
  )

  it.live("can't make a little much by compressing it", () =>
    Effect.gen(function* () {
      const bomb = gzipSync(Buffer.alloc(64 * mebibyte, " "))
      const listener: RequestListener = (_, response) =>
        response.writeHead(200, { "content-encoding": "gzip", "content-type": "application/json" }).end(bomb)
      const before = process.memoryUsage().arrayBuffers
      assert.isTrue(yield* Effect.isFailure(facing(listener, submit)))
      assert.isTrue(yield* Effect.isFailure(facing(listener, complete)))
      assert.isBelow(process.memoryUsage().arrayBuffers - before, 32 * mebibyte)
    })
  )

  it.live("can't pass another's task off for one that was asked for", () =>
    Effect.gen(function* () {
      const task = (id: string) => ({ id, status: "success", data: [{ url: "/stolen.png" }] })
      const error = yield* Effect.flip(facing((_, response) => response.end(JSON.stringify(task(other))), submit))
      assert.strictEqual(error.reason._tag, "UnknownOutcome")
      const items = [task(other), task(`${id} `), task(id.toUpperCase()), task("__proto__")]
      for (const missing_ids of [[other], [], [[id]], { [id]: true }]) {
        const answer = JSON.stringify({ items, missing_ids })
        yield* Effect.flip(facing((_, response) => response.end(answer), lookUp))
      }
    })
  )

  it.live("can't break what reads it by nesting", () =>
    Effect.gen(function* () {
      const deep = (value: string) => "[".repeat(1_000_000) + value + "]".repeat(1_000_000)
      const answer = `{"id":"${id}","status":"success","data":${deep("")},"progress":${deep("")}}`
      const task = yield* facing((_, response) => response.end(answer), submit)
      assert.deepInclude(task, { _tag: "Succeeded" })
    })
  )

  it.live.each([
    ["markup", "<img src=x onerror=alert(1)>"],
    ["a tag's end", "painting</script>"],
    ["a comment", "painting <!-- "],
    ["a terminal's colours", "\u001b[31mpainting"],
    ["a null", "paint\u0000ing"],
    ["text turned around", "painting \u202egnp.exe"]
  ])("has no text shown to people with %s", ([, text]) =>
    Effect.gen(function* () {
      const running = { id, status: "running", progress: text }
      assert.deepStrictEqual(yield* facing((_, response) => response.end(JSON.stringify(running)), submit), {
        _tag: "Running",
        progress: undefined
      })
      const done = { id, status: "success", data: [{ url: "/a.png", revised_prompt: text }] }
      const task = yield* facing((_, response) => response.end(JSON.stringify(done)), submit)
      assert(task._tag === "Succeeded")
      assert.isUndefined(task.revisedPrompt)
    })
  )

  it.live("says no more than people can read", () =>
    Effect.gen(function* () {
      const wordy = { id, status: "running", progress: "x".repeat(101) }
      const task = yield* facing((_, response) => response.end(JSON.stringify(wordy)), submit)
      assert.deepInclude(task, { progress: undefined })
      const entry = { url: "/a.png", revised_prompt: "x".repeat(32_001) }
      const answer = JSON.stringify({ items: [{ id, status: "success", data: [entry] }] })
      const found = Option.getOrThrow(yield* facing((_, response) => response.end(answer), lookUp))
      assert.deepInclude(found, { revisedPrompt: undefined })
    })
  )

  it.live.each([
    ["a flood of headers", (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\n${"X-Flood: x\r\n".repeat(10_000)}\r\n`)],
    ["a header folded over lines", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n{}")],
    [
      "two lengths",
      (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")
    ],
    [
      "a length and chunks",
      (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}")
    ],
    ["what is no HTTP", (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n")]
  ] as const)("with %s gets nowhere", ([, answer]) =>
    Effect.gen(function* () {
      const url = yield* speaking(answer)
      const failures = yield* Effect.all([
        Effect.flip(submit),
        Effect.flip(lookUp),
        Effect.flip(complete),
        Effect.flip(
          Effect.scoped(
            ImageSource.use((source) => source.open(ImageLocation.cases.Address.make({ url: "/a.png" })))
          ).pipe(Effect.flatMap(({ bytes }) => Stream.runDrain(bytes)))
        )
      ]).pipe(Effect.provide(adapters(url)))
      assert.deepStrictEqual(
        failures.map(({ _tag }) => _tag),
        ["SubmitError", "LookUpError", "PromptModelError", "ImageSourceError"]
      )
    })
  )
})

/** The URL of a server that answers every request with these bytes. */
const speaking = (answer: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((socket) => {
        socket.on("error", () => undefined)
        socket.once("data", () => answer(socket))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(Effect.map((server) => `http://127.0.0.1:${portOf(server)}`))
