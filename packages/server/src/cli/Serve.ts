import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { HttpServer } from "effect/http"
import * as Configuration from "../Configuration.ts"
import * as NodeServer from "../NodeServer.ts"
import { Settings } from "../Settings.ts"

/** `scnmnt serve`: the service, until it is told to stop. */
export const serve = Command.make(
  "serve",
  {},
  Effect.fnUntraced(function* () {
    const settings = yield* Configuration.load(Settings)
    const announce = HttpServer.addressFormattedWith((address) => Effect.log(`listening on ${address}`))
    return yield* Layer.launch(Layer.effectDiscard(announce).pipe(Layer.provide(NodeServer.layer(settings))))
  })
).pipe(Command.withDescription("Serve the HTTP API; configured by the environment, see .env.example"))
