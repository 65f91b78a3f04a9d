import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import * as SpendRetention from "@scnmnt/core/SpendRetention"
import * as SpendWatcher from "@scnmnt/core/SpendWatcher"
import { Layer } from "effect"
import { HttpRouter } from "effect/http"
import { createServer } from "node:http"
import * as Adapters from "./Adapters.ts"
import * as Logging from "./Logging.ts"
import * as Routes from "./Routes.ts"
import type { Settings } from "./Settings.ts"

/**
 * The whole service on Node: it listens as long as the layer lives. When it ends, what runs has 10 seconds to finish;
 * then the store is closed.
 */
export const layer = (settings: Settings) =>
  HttpRouter.serve(Routes.layer, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(
      NodeHttpServer.layer(createServer, {
        host: settings.HOST,
        port: settings.PORT,
        gracefulShutdownTimeout: "10 seconds"
      })
    ),
    Layer.provideMerge(SpendRetention.layer),
    Layer.provide(SpendWatcher.layer),
    Layer.provide(Adapters.layer(settings)),
    Layer.provide(NodeUpstreamHttpClient.layer),
    Layer.provide(Logging.layer(settings))
  )
