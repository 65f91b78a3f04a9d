import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { assert, layer, vi } from "@effect/vitest"
import { Effect } from "effect"
import { portOf } from "../Ports.ts"
import * as Service from "../e2e/support/Service.ts"
import { jsonOf, newUser, run } from "./support/CommandLine.ts"

const newcomer = Effect.flatMap(Service.Service, ({ url }) => newUser(url))

/** A line of its own, without a word about how this program is made. */
const assertOneLine = (stderr: string) => assert.match(stderr, /^scnmnt: [^\n]+\n$/)

// A busy machine takes seconds for each command.
vi.setConfig({ testTimeout: 120_000 })

layer(Service.layer(), { excludeTestServices: true })("scnmnt", (it) => {
  it.effect("without a credit says how to get some, with 3", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run(yield* newcomer, "generate", "a red fox")
      assert.strictEqual(code, 3)
      assertOneLine(stderr)
      assert.include(stderr, "scnmnt check-in")
    })
  )

  it.effect("with a reference that can't be read, or is no image, says which and why, with 2", () =>
    Effect.gen(function* () {
      const user = yield* newcomer
      yield* run(user, "check-in")
      const missing = yield* run(user, "generate", "a red fox", "--reference", "missing.png")
      assert.strictEqual(missing.code, 2)
      assert.strictEqual(
        missing.stderr,
        "scnmnt: Could not read the reference image missing.png: there is no such file\n"
      )
      writeFileSync(join(user.folder, "text.png"), "no picture at all")
      const text = yield* run(user, "generate", "a red fox", "--reference", "text.png", "--json")
      assert.strictEqual(text.code, 2)
      assert.deepInclude(yield* jsonOf(text), { error: "UnsupportedImage", exitCode: 2 })
      assertOneLine(text.stderr)
    })
  )

  it.effect("refuses a key that names another order, with 2", () =>
    Effect.gen(function* () {
      const user = yield* newcomer
      yield* run(user, "check-in")
      yield* run(user, "generate", "a red fox", "--key", "mine", "-o", "a.png")
      const { code, stderr } = yield* run(user, "generate", "a blue fox", "--key", "mine", "-o", "b.png")
      assert.strictEqual(code, 2)
      assertOneLine(stderr)
    })
  )

  it.effect("with no server there says so, with 4", () =>
    Effect.gen(function* () {
      const user = yield* newUser("http://127.0.0.1:9")
      const { code, stderr } = yield* run(user, "quota")
      assert.strictEqual(code, 4)
      assertOneLine(stderr)
      assert.include(stderr, "--server")
      const script = yield* run(user, "quota", "--json")
      assert.deepInclude(yield* jsonOf(script), { error: "Unreachable", exitCode: 4 })
    })
  )

  it.effect("with a server of another kind there says so, with 4", () =>
    Effect.gen(function* () {
      const port = yield* Effect.acquireRelease(
        Effect.callback<number>((resume) => {
          const server = createServer((_, response) => response.end("<html>Hello</html>"))
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed(portOf(server))))
        }),
        () => Effect.void
      )
      const { code, stderr } = yield* run(yield* newUser(`http://127.0.0.1:${port}`), "check-in")
      assert.strictEqual(code, 4)
      assertOneLine(stderr)
      assert.include(stderr, "is not a scnmnt server")
    })
  )

  it.effect.each([
    ["generate"],
    ["generate", " "],
    ["generate", "a fox", "--size", "4:3"],
    ["generate", "a fox", "--key", "two words"],
    ["generate", "a fox", "--json", "-o", "-"],
    ["generate", "a fox", "--server", "localhost:3000"],
    ["quota", "--account", "short"],
    ["task", "7"],
    ["enhance", "a fox", "--direction", "up"],
    ["paint"]
  ])("refuses what is no command, with 2: %j", (args) =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run(yield* newcomer, ...args)
      assert.deepStrictEqual([code, stdout.toString()], [2, ""])
      assert.match(stderr, /^(scnmnt: .+\n)+scnmnt: See scnmnt.* --help\.\n$/s)
    })
  )

  it.effect("says where the demo is", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run(yield* newcomer, "demo")
      assert.strictEqual(code, 2)
      assert.include(stderr, "npm run demo")
    })
  )
})
