import { Effect, Layer, Schema } from "effect"
import { CliError } from "effect/cli"
import * as Configuration from "../Configuration.ts"
import { Listening } from "../Listening.ts"
import * as Logging from "../Logging.ts"
import * as Server from "../Server.ts"
import { Settings } from "../Settings.ts"
import * as Interruption from "./Interruption.ts"
import * as Startup from "../telemetry/Startup.ts"
import * as Workers from "./Workers.ts"

/** The server can't start, for a reason that its operator can mend. */
class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", { reason: Schema.String }) {
  override get [CliError.userMessage]() {
    return this.reason
  }
}

/** `scnmnt serve`: the service, until it is told to stop. */
export const serve = Effect.gen(function* () {
  const settings = yield* Configuration.load(Settings)
  return yield* Workers.share(settings, (onListening) => listen(settings, onListening))
}).pipe(Interruption.isItsEnd)

const listen = (settings: Settings, onListening: Effect.Effect<unknown>) => {
  const announce = Listening.use(({ url }) =>
    Effect.log(`listening on ${url}`).pipe(Effect.annotateLogs(Startup.facts(settings)), Effect.andThen(onListening))
  )
  return Layer.launch(
    Layer.effectDiscard(announce).pipe(Layer.provide([Server.layer(settings), Logging.layer(settings)]))
  ).pipe(
    Effect.catchTags({
      ServeError: ({ cause }) =>
        new NotStarted({ reason: `Can't listen on ${settings.HOST}, port ${settings.PORT}: ${String(cause)}` }),
      QuotaStoreNotOpened: ({ message }) => new NotStarted({ reason: message }),
      RateLimiterStoreNotOpened: ({ message }) => new NotStarted({ reason: message })
    })
  )
}
