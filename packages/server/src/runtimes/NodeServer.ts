import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import * as Application from "../Application.ts"
import { Framing } from "../http/Framing.ts"
import { Listening } from "../Listening.ts"
import * as Logging from "../Logging.ts"
import * as NodeConnections from "./NodeConnections.ts"
import * as NodeFraming from "./NodeFraming.ts"
import * as NodeHost from "./NodeHost.ts"
import * as Routes from "../Routes.ts"
import type { Settings } from "../Settings.ts"
import * as Shutdown from "../Shutdown.ts"

/**
 * The whole service on Node: it listens as long as the layer lives. When it ends, event streams end at once, and
 * requests that run have 10 seconds to finish; then the store is closed.
 */
export const layer = (settings: Settings) =>
  Shutdown.onRelease.pipe(
    Layer.provide(
      HttpRouter.serve(Routes.layer, {
        routerConfig: Routes.routerConfig,
        disableLogger: true,
        disableListenLog: true
      })
    ),
    Layer.provideMerge(listening),
    Layer.provide(server(settings)),
    Layer.provide(Layer.sync(Framing, NodeFraming.make)),
    Layer.provide(Application.layer(settings)),
    Layer.provide(NodeHost.layer),
    Layer.provide(Logging.layer(settings))
  )

const server = (settings: Settings) =>
  Layer.unwrap(
    Effect.map(NodeConnections.serverOf(settings), (create) =>
      NodeHttpServer.layer(create, {
        host: settings.HOST,
        port: settings.PORT,
        reusePort: settings.WORKERS > 1,
        gracefulShutdownTimeout: "10 seconds"
      })
    )
  )

const listening = Layer.effect(
  Listening,
  HttpServer.HttpServer.useSync(({ address }) => ({ url: HttpServer.formatAddress(address) }))
)
