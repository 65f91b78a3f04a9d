import { assert, describe, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { createServer } from "node:net"
import { portOf } from "../Ports.ts"
import { differs } from "./support/Differences.ts"
import * as Process from "./support/Process.ts"
import * as Service from "./support/Service.ts"
import { wrongTraceVariables, wrongVariables } from "./support/WrongVariables.ts"

/** What a process says that does not start. */
const refused = Effect.fnUntraced(function* (variables: Process.Variables) {
  const { exit, output } = yield* Process.serve(variables)
  assert.notStrictEqual(yield* exit, 0)
  return output
})

describe.concurrent("the process does not start", () => {
  it.live("without its upstream: it says what to set, and what needs neither", () =>
    Effect.gen(function* () {
      const { stderr: said } = yield* refused({})
      for (const word of ["CHATGPT2API_BASE_URL", "CHATGPT2API_API_KEY", "npm run demo"]) assert.include(said, word)
      for (const word of ["PORT", "QUOTA_STORE_URL"]) assert.notInclude(said, word)
    })
  )

  it.live(
    "with wrong variables: every one there is, it names them all with what it must be, and no value that is secret",
    () =>
      Effect.gen(function* () {
        const { stderr: said, stdout } = yield* refused(wrongVariables)
        const lines = said.split("\n").flatMap((line) => /^  (\w+) must be ./.exec(line)?.[1] ?? [])
        assert.sameMembers(lines, Object.keys(wrongVariables))
        assert.notInclude(stdout + said, "swordfish")
        assert.notInclude(said, "    at ")
      })
  )

  it.live("with wrong variables of OpenTelemetry's, once traces are to go somewhere", () =>
    Effect.gen(function* () {
      const { stderr: said, stdout } = yield* refused({
        ...(yield* Process.variables(yield* Service.newStorePath)),
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
        ...wrongTraceVariables
      })
      const lines = said.split("\n").flatMap((line) => /^  (\w+) must be ./.exec(line)?.[1] ?? [])
      assert.sameMembers(lines, Object.keys(wrongTraceVariables))
      assert.notInclude(stdout + said, "swordfish")
      assert.notInclude(said, "    at ")
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("on books that it can't open", () =>
    Effect.gen(function* () {
      const variables = yield* Process.variables(import.meta.dirname)
      const { stderr, stdout } = yield* refused(variables)
      const said = stdout + stderr
      assert.include(said, import.meta.dirname)
      assert.notInclude(said, variables.CHATGPT2API_API_KEY)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live(
    "with workers where they can't be: without a port or books that they can share, or a runtime that has them",
    () =>
      Effect.gen(function* () {
        const variables = { ...(yield* Process.variables("")), PORT: "0", QUOTA_STORE_URL: "memory:", WORKERS: "2" }
        const { stderr: said } = yield* refused(variables)
        assert.include(said, "PORT must not be 0")
        assert.include(said, "WORKERS must be 1 with QUOTA_STORE_URL=memory:")
        assert.strictEqual(said.includes("WORKERS must be 1 on this runtime"), differs("serves with one process"))
      }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("on a port that another has", () =>
    Effect.gen(function* () {
      const port = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const server = createServer()
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.sync(() => server.close())
      ).pipe(Effect.map(portOf))
      const { stderr, stdout } = yield* refused({
        ...(yield* Process.variables(yield* Service.newStorePath)),
        PORT: String(port)
      })
      assert.include(stdout + stderr, `Can't listen on 127.0.0.1, port ${port}`)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})

it.live("images may come from any public origin, unless the runtime connects to whatever it likes", () =>
  Effect.gen(function* () {
    const { exit, kill, output, url } = yield* Process.serve({
      ...(yield* Process.variables(yield* Service.newStorePath)),
      CHATGPT2API_IMAGE_ORIGINS: "*"
    })
    if (differs("takes images from named origins only")) {
      assert.strictEqual(yield* exit, 1)
      assert.include(output.stderr, "CHATGPT2API_IMAGE_ORIGINS must be a list without *")
    } else {
      yield* url
      yield* kill("SIGTERM")
      assert.strictEqual(yield* exit, 0)
    }
  }).pipe(Effect.provide(UpstreamSimulator.layer()))
)
