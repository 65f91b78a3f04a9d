import { assert, describe, it } from "@effect/vitest"
import * as Configuration from "@scnmnt/server/Configuration"
import { manual, Settings } from "@scnmnt/server/Settings"
import * as TraceVariables from "../packages/server/src/telemetry/TraceVariables.ts"
import { ConfigProvider, Effect, Record } from "effect"
import { wrongVariables } from "./e2e/support/WrongVariables.ts"

const needed = { CHATGPT2API_BASE_URL: "http://localhost:8000", CHATGPT2API_API_KEY: "sk-1" }

const load = (env: Readonly<Record<string, string>>) =>
  Effect.provideService(
    Configuration.load(Settings),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnv({ env: { ...needed, ...env } })
  )

/** Why these can't be the variables. */
const refused = Effect.fnUntraced(function* (env: Readonly<Record<string, string>>) {
  const error = yield* Effect.flip(load(env))
  assert(error instanceof Configuration.ConfigurationInvalid)
  return error
})

describe("Configuration", () => {
  it.effect.each(Record.toEntries(wrongVariables))("%s can't be '%s', and it says what it must be", ([name, value]) =>
    Effect.gen(function* () {
      const { message, problems } = yield* refused({ [name]: value })
      assert.deepStrictEqual(problems, [`${name} must be ${manual[name].expected}`])
      assert.include(message, `\n  ${problems[0]}\n`)
      assert.notInclude(message, "swordfish")
    })
  )

  const times = Object.keys(manual).filter((name) => /^(TASK_|SPEND_|.*_TIMEOUT$)/.test(name))

  it.effect.each(times)("%s can't be without end", (name) =>
    Effect.gen(function* () {
      const { problems } = yield* refused({ [name]: "Infinity" })
      assert.deepStrictEqual(problems, [`${name} must be ${Object(manual)[name].expected}`])
    })
  )

  it.effect.each(["0.0.0.0", "::", "::1", "fe80::1%eth0", "localhost", "my-host.example"])("HOST can be %s", (HOST) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* load({ HOST })).HOST, HOST)
    })
  )

  it.effect("takes OpenTelemetry's variables as it writes them", () =>
    Effect.gen(function* () {
      const env = {
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Basic%20c3dvcmRmaXNo,x-scope=a",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=production,note=",
        OTEL_BSP_SCHEDULE_DELAY: "500",
        OTEL_TRACES_SAMPLER: "parentbased_always_on"
      }
      const loaded = Configuration.load(TraceVariables.TraceVariables, TraceVariables.manual)
      const read = yield* Effect.provideService(
        loaded,
        ConfigProvider.ConfigProvider,
        ConfigProvider.fromEnv({ env: { ...env, OTEL_EXPORTER_OTLP_COMPRESSION: "" } })
      )
      assert.deepStrictEqual<object>(read, { ...env, OTEL_BSP_SCHEDULE_DELAY: 500 })
    })
  )

  it.effect("takes a variable that is set to nothing for one that is not set", () =>
    Effect.gen(function* () {
      const { problems } = yield* refused(Record.map(manual, () => ""))
      assert.deepStrictEqual(problems, [
        `CHATGPT2API_BASE_URL must be ${manual.CHATGPT2API_BASE_URL.expected}; it is not set`,
        `CHATGPT2API_API_KEY must be ${manual.CHATGPT2API_API_KEY.expected}; it is not set`
      ])
    })
  )
})
