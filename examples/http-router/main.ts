// An app of Effect's HttpRouter with a page of its own, and all of scnmnt below /pictures.
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Application from "@scnmnt/server/Application"
import * as Configuration from "@scnmnt/server/Configuration"
import * as NodeHost from "@scnmnt/server/runtimes/NodeHost"
import * as Routes from "@scnmnt/server/Routes"
import { Settings } from "@scnmnt/server/Settings"
import * as Shutdown from "@scnmnt/server/Shutdown"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { createServer } from "node:http"

const home = HttpRouter.add("GET", "/", HttpServerResponse.text("The app itself"))
const routes = Layer.merge(home, Routes.mounted("/pictures"))

const app = Layer.unwrap(
  Effect.map(Configuration.load(Settings), (settings) =>
    // The shutdown comes first: it ends the event streams, which the server would wait for.
    Shutdown.onRelease.pipe(
      Layer.provide(HttpRouter.serve(routes)),
      Layer.provide(NodeHttpServer.layer(createServer, { host: settings.HOST, port: settings.PORT })),
      Layer.provide(Application.layer(settings)),
      Layer.provide(NodeHost.layer)
    )
  )
)

NodeRuntime.runMain(Layer.launch(app))
