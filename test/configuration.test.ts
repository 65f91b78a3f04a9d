import { assert, describe, it } from "@effect/vitest"
import * as Configuration from "@scnmnt/server/Configuration"
import { manual, Settings } from "@scnmnt/server/Settings"
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

  it.effect.each(["0.0.0.0", "::", "::1", "fe80::1%eth0", "localhost", "my-host.example"])("HOST can be %s", (HOST) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* load({ HOST })).HOST, HOST)
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
