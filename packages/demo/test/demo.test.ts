import { assert, describe, it } from "@effect/vitest"
import { Array, Effect, FileSystem, Path } from "effect"
import { finish, get, newFolder, pngSize, start, testing, textOf } from "./newcomer.ts"

describe.concurrent("npm run demo", () => {
  it.live(
    "does the whole job, and the next time starts from what it made",
    () =>
      Effect.gen(function* () {
        const { basename, join } = yield* Path.Path
        const folder = yield* newFolder
        const first = yield* finish(folder, "--once", "--size", "16:9", "--prompt", "a red fox in the snow")
        assert.deepStrictEqual([first.code, first.errors], [0, ""])
        assert.match(first.output, /nothing is paid/)
        assert.match(first.output, /upstream +http:\/\/127\.0\.0\.1:\d+, a simulator/)
        assert.match(first.output, /check-in +0 → 10 credits/)
        assert.match(first.output, /improved +a red fox in the snow — .{40,}\./)
        assert.match(first.output, /queued\n.*running: receiving image\n.* s {2}completed/s)
        assert.match(first.output, /768 × 432 pixels/)
        assert.match(first.output, /credits +9 left/)
        const picture = captured(first.output, /saved as +(data\/demo\/a-red-fox-in-the-snow-\w+\.png)/)
        assert.deepStrictEqual(yield* pngSize(join(folder, picture)), { width: 768, height: 432 })

        const references = ["--reference", picture, "--reference", picture]
        const second = yield* finish(folder, "--once", "--size", "9:16", ...references)
        assert.deepStrictEqual([second.code, second.errors], [0, ""])
        assert.match(second.output, /check-in +already had today: 9 credits/)
        assert.include(second.output, `starting from ${basename(picture)}, ${basename(picture)}`)
        assert.match(second.output, /432 × 768 pixels/)
        assert.match(second.output, /credits +8 left/)
      }).pipe(testing),
    seconds(120)
  )

  it.live(
    "stays up until it is told to stop, and goes on when the day's credits are spent",
    () =>
      Effect.gen(function* () {
        const folder = yield* newFolder
        const demo = yield* start(folder)
        const output = yield* textOf(demo.stdout, "Press Ctrl-C to stop.")
        const openapi = yield* get(captured(output, /the API +(http\S+)/))
        assert.strictEqual(openapi.status, 200)
        const picture = yield* get(captured(output, /the picture +(http\S+)/))
        assert.strictEqual(picture.headers.get("content-type"), "image/png")

        const order = get(captured(output, /curl (http\S+) -H/), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: captured(output, /-d '(\{.*\})'/)
        })
        const answers = yield* Effect.all(Array.makeBy(10, () => order))
        assert.deepStrictEqual(
          answers.map(({ status }) => status),
          [...Array.replicate(200, 9), 402]
        )
        yield* demo.kill({ killSignal: "SIGINT" })
        assert.strictEqual(Number(yield* demo.exitCode), 0)

        const next = yield* finish(folder, "--once")
        assert.deepStrictEqual([next.code, next.errors], [0, ""])
        assert.match(next.output, /account +demo-\w+, since demo-account has spent all of today's\n.* 0 → 10 credits/)
      }).pipe(testing),
    seconds(120)
  )

  it.live(
    "ends cleanly while the picture is being made",
    () =>
      Effect.gen(function* () {
        const demo = yield* start(yield* newFolder)
        yield* textOf(demo.stdout, "queued")
        yield* demo.kill({ killSignal: "SIGINT" })
        assert.strictEqual(Number(yield* demo.exitCode), 0)
        assert.strictEqual(yield* textOf(demo.stderr), "")
      }).pipe(testing),
    seconds(60)
  )

  it.live(
    "says what is wrong with a reference",
    () =>
      Effect.gen(function* () {
        const folder = yield* newFolder
        const missing = yield* finish(folder, "--once", "--reference", "missing.png")
        assert.deepStrictEqual([missing.code, missing.output], [2, ""])
        assert.include(missing.errors, "Could not read the reference image missing.png: there is no such file")

        const path = (yield* Path.Path).join(folder, "text.png")
        yield* FileSystem.FileSystem.use((files) => files.writeFileString(path, "no picture at all"))
        const text = yield* finish(folder, "--once", "--reference", path)
        assert.strictEqual(text.code, 1)
        assert.include(
          text.errors,
          "Could not order the picture: Reference images must be PNG, JPEG, WebP or GIF files."
        )
      }).pipe(testing),
    seconds(60)
  )

  it.live(
    "says which step failed",
    () =>
      Effect.gen(function* () {
        const prompt = "a red fox #fault:chat-error"
        const { code, errors } = yield* finish(yield* newFolder, "--once", "--prompt", prompt)
        assert.strictEqual(code, 1)
        assert.match(errors, /Could not improve the prompt: The image service gave no usable answer/)
      }).pipe(testing),
    seconds(60)
  )

  it.live.each([["--size", "4:3"], ["--prompt", " "], ["--port", "65536"], ["--twice"]])(
    "refuses %j",
    (flag) =>
      Effect.gen(function* () {
        const { code, errors } = yield* finish(yield* newFolder, "--once", ...flag)
        assert.strictEqual(code, 2)
        assert.match(errors, new RegExp(`(Invalid value for|Unrecognized) flag:? ${flag[0]}`))
      }).pipe(testing),
    seconds(60)
  )
})

const captured = (output: string, pattern: RegExp) => {
  const text = pattern.exec(output)?.[1]
  assert(text !== undefined, `${pattern} is not in:\n${output}`)
  return text
}

const seconds = (count: number) => count * 1000
