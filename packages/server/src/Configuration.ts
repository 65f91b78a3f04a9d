import { Config, Effect, Record, Result, Schema, SchemaIssue } from "effect"
import { CliError } from "effect/cli"
import { manual, Settings } from "./Settings.ts"

/** Variables that are missing or wrong: all of them, each with what it must be. */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>()("ConfigurationInvalid", {
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    return [
      "The configuration is not valid:",
      ...this.problems.map((problem) => `  ${problem}`),
      "See .env.example for all variables. To try it without an upstream: npm run demo"
    ].join("\n")
  }

  override get [CliError.userMessage]() {
    return this.message
  }
}

/** What the environment says of these variables, parsed. One that is set to nothing counts as not set. */
export const load = <const Fields extends Partial<typeof Settings.fields>>(variables: Schema.Struct<Fields>) =>
  Effect.gen(function* () {
    const set = Record.getSomes(yield* environment)
    return yield* Schema.decodeUnknownEffect(variables, { errors: "all" })({ ...fallbacks, ...set }).pipe(
      Effect.mapError(({ issue }) => {
        const names = new Set(format(issue).issues.map(({ path }) => String(path?.[0])))
        return new ConfigurationInvalid({
          problems: Object.entries(manual).flatMap(([name, { expected }]) =>
            names.has(name) ? [`${name} must be ${expected}${name in set ? "" : "; it is not set"}`] : []
          )
        })
      })
    )
  })

const environment = Config.all(Record.map(Settings.fields, (_, name) => Config.option(Config.String(name))))
const fallbacks = Record.filterMap(manual, ({ fallback }) => Result.fromNullishOr(fallback, () => undefined))
const format = SchemaIssue.makeFormatterStandardSchemaV1()
