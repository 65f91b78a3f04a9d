import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { promisify } from "node:util"
import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { binary } from "../binaries.ts"

const root = join(import.meta.dirname, "../..")
const vitest = join(root, "node_modules/vitest/vitest.mjs")

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "scnmnt-runtimes-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

const Report = Schema.fromJsonString(
  Schema.Struct({
    testResults: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        assertionResults: Schema.Array(
          Schema.Struct({ ancestorTitles: Schema.Array(Schema.String), title: Schema.String, status: Schema.String })
        )
      })
    )
  })
)

/** The tests in there that pass in a vitest that itself is on this runtime, by file and name. */
const passed = Effect.fnUntraced(function* (command: ReadonlyArray<string>, tests: string) {
  const file = join(yield* folder, "report.json")
  const [program = "", ...args] = command
  const options = ["run", "--project=node", "--no-isolate", "--reporter=json", `--outputFile=${file}`, tests]
  const setting = { cwd: root, env: { PATH: process.env["PATH"] } }
  yield* Effect.tryPromise((signal) => promisify(execFile)(program, [...args, ...options], { ...setting, signal }))
  const { testResults } = yield* Schema.decodeEffect(Report)(readFileSync(file, "utf8"))
  return testResults.flatMap(({ assertionResults, name }) =>
    assertionResults.flatMap(({ ancestorTitles, status, title }) =>
      status === "passed" ? [[relative(root, name), ...ancestorTitles, title].join(" > ")] : []
    )
  )
})

const node = [process.execPath, vitest]
const deno = [binary("deno"), "run", "-A", "--conditions=scnmnt-source", vitest]
// Bun's processes are no place for vitest's workers; its threads are.
const bun = [binary("bun"), "--bun", vitest, "--pool=threads"]

it.live.each([
  ["core", "packages/core/test", { deno, bun }],
  // What keeps it from private addresses is an API of Node's.
  ["the client for public addresses", "packages/adapters-http/test/NodePublicHttpClient.test.ts", { deno }]
] as const)(
  "every test of %s that passes on Node passes elsewhere",
  ([, tests, runtimes]) =>
    Effect.gen(function* () {
      const expected = yield* passed(node, tests)
      assert.isNotEmpty(expected)
      for (const [runtime, command] of Object.entries(runtimes)) {
        assert.sameMembers([...(yield* passed(command, tests))], [...expected], runtime)
      }
    }),
  600_000
)
