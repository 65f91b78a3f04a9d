import { Effect, Layer, Schema } from "effect"
import { CliError, Command } from "effect/cli"
import * as Configuration from "../Configuration.ts"
import { Listening } from "../Listening.ts"
import * as Logging from "../Logging.ts"
import * as Server from "../Server.ts"
import { Settings } from "../Settings.ts"

/** The server can't start, for a reason that its operator can mend. */
class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", { reason: Schema.String }) {
  override get [CliError.userMessage]() {
    return this.reason
  }
}

/** `scnmnt serve`: the service, until it is told to stop. */
export const serve = Command.make(
  "serve",
  {},
  Effect.fnUntraced(function* () {
    const settings = yield* Configuration.load(Settings)
    const announce = Listening.use(({ url }) => Effect.log(`listening on ${url}`))
    return yield* Layer.launch(
      Layer.effectDiscard(announce).pipe(Layer.provide([Server.layer(settings), Logging.layer(settings)]))
    ).pipe(
      Effect.catchTags({
        ServeError: ({ cause }) =>
          new NotStarted({ reason: `Can't listen on ${settings.HOST}, port ${settings.PORT}: ${String(cause)}` }),
        QuotaStoreNotOpened: ({ message }) => new NotStarted({ reason: message })
      })
    )
  })
).pipe(Command.withDescription("Serve the HTTP API; configured by the environment, see .env.example"))
