import { assert, describe, it } from "@effect/vitest"
import * as Output from "@scnmnt/server/cli/Output"
import * as ProgressBar from "@scnmnt/server/cli/ProgressBar"
import { Screen } from "@scnmnt/server/cli/Screen"
import { Effect, Fiber, Layer, Schedule, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Story } from "../../packages/demo/src/Story.ts"
import { type Setting, watched } from "./support/Terminal.ts"

/** A task whose every step takes a second. */
const course = Stream.make(
  { status: "queued" },
  { status: "running", progress: "image_stream_resolve_start" },
  { status: "completed" }
).pipe(Stream.schedule(Schedule.spaced("1 second")))

/** What stderr is told while a task is followed, with a note of something else after 1.5 seconds. */
const followed = Effect.fnUntraced(function* (setting: Setting) {
  const { layer, written } = watched(setting)
  yield* Effect.gen(function* () {
    const following = yield* Effect.forkChild(ProgressBar.show(course))
    yield* TestClock.adjust("1500 millis")
    yield* Screen.use(({ note }) => note("  trying again"))
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(following)
  }).pipe(Effect.provide(Screen.layer("stderr").pipe(Layer.provide(layer))))
  return written.stderr
})

const clear = "\r\u001b[2K"

describe("on a terminal", () => {
  it.effect("a task's progress is one line that is drawn again and again, and never wraps", () =>
    Effect.gen(function* () {
      const lines = (yield* followed({ terminals: ["stderr"], columns: 60, env: { NO_COLOR: "1" } })).split("\n")
      assert.lengthOf(lines, 3)
      assert.strictEqual(lines[0]?.split(clear).at(-1), "  trying again")
      assert.strictEqual(lines[1]?.split(clear).at(-1), `  ${"█".repeat(28)}  3.0 s  completed`)
      assert.strictEqual(lines[2], "")
      const drawn = lines.flatMap((line) => line.split(clear).slice(1)).filter((line) => !line.includes("trying"))
      assert.isAbove(drawn.length, 20)
      for (const line of drawn) {
        assert.match(line, /^ {2}█*░* {2}\d\.\d s {2}/)
        assert.isBelow(line.length, 60)
      }
      const filled = drawn.map((line) => line.split("█").length)
      assert.deepStrictEqual(
        filled,
        filled.toSorted((a, b) => a - b)
      )
    })
  )

  it.effect.each([
    ["no terminal", { terminals: ["stdout"] }],
    ["a terminal that knows no way back", { terminals: ["stdout", "stderr"], env: { TERM: "dumb" } }]
  ] as const)("or, where stderr is %s, a line for each step", ([, setting]) =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* followed(setting),
        "  1.0 s  queued\n  trying again\n  2.0 s  running: image stream resolve start\n  3.0 s  completed\n"
      )
    })
  )

  it.effect.each([
    [[], false],
    [["stderr"], true],
    [["stdout"], false]
  ] as const)("with %j at it, what stderr is told is coloured: %s", ([terminals, isColoured]) =>
    Effect.gen(function* () {
      const colours = Screen.useSync(({ styled }) => styled("cyan", "█") !== "█")
      const screen = Screen.layer("stderr").pipe(Layer.provide(watched({ terminals }).layer))
      assert.strictEqual(yield* Effect.provide(colours, screen), isColoured)
    })
  )
})

const hostile = ["a fox\u001b]0;ha", "\u0007\u009b2J\r,\n\tand", " another\u007f"]

describe("a text from elsewhere", () => {
  it.effect("gives a terminal no orders", () =>
    Effect.gen(function* () {
      const { layer, written } = watched({ terminals: ["stdout"] })
      yield* Output.stream(Stream.fromIterable(hostile)).pipe(Effect.provide(layer))
      assert.strictEqual(written.stdout, "a fox ]0;ha  2J ,\n\tand another ")
    })
  )

  it.effect("goes into a pipe as it is", () =>
    Effect.gen(function* () {
      const { layer, written } = watched({ terminals: ["stderr"] })
      yield* Output.stream(Stream.fromIterable(hostile)).pipe(Effect.provide(layer))
      assert.strictEqual(written.stdout, hostile.join(""))
    })
  )

  it.effect("gives the demo's terminal none either", () =>
    Effect.gen(function* () {
      const { layer, written } = watched({ terminals: ["stdout"], env: { NO_COLOR: "1" }, columns: 30 })
      const story = Story.layer.pipe(Layer.provide(Screen.layer("stdout")), Layer.provide(layer))
      const text = yield* Story.use(({ flow }) => flow("improved", Stream.fromIterable(hostile))).pipe(
        Effect.provide(story)
      )
      assert.strictEqual(text, hostile.join(""))
      assert.notMatch(written.stdout, /(?![\n\t])\p{Cc}/u)
    })
  )
})
