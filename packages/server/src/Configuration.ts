import { Config, Effect, Record, Result, Schema, SchemaIssue } from "effect"
import { CliError } from "effect/cli"
import * as Settings from "./Settings.ts"

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

/**
 * What the environment says of these variables, parsed. One that is set to nothing counts as not set. They are the
 * server's own, unless there is another manual for them.
 */
export const load = <const Fields extends Schema.Struct.Fields>(
  variables: Schema.Struct<Fields>,
  manual: Readonly<Record<string, Settings.Entry>> = Settings.manual
) =>
  Effect.gen(function* () {
    const set = Record.getSomes(yield* environmentOf(manual))
    const input = { ...fallbacksOf(manual), ...set }
    return yield* Schema.decodeUnknownEffect(variables, { errors: "all" })(input).pipe(
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

const environmentOf = (manual: Readonly<Record<string, Settings.Entry>>) =>
  Config.all(Record.map(manual, (_, name) => Config.option(Config.String(name))))
const fallbacksOf = (manual: Readonly<Record<string, Settings.Entry>>) =>
  Record.filterMap(manual, ({ fallback }) => Result.fromNullishOr(fallback, () => undefined))
const format = SchemaIssue.makeFormatterStandardSchemaV1()
