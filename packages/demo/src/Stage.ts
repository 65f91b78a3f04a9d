import * as Configuration from "@scnmnt/server/Configuration"
import * as NodeServer from "@scnmnt/server/runtimes/NodeServer"
import { Settings } from "@scnmnt/server/Settings"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { ConfigProvider, Effect, Layer, Option } from "effect"
import { StepFailed } from "./StepFailed.ts"

/** Where the demo keeps its books and pictures, below the folder that it is started in. */
export const folder = "data/demo"

/** The real server with the simulated image service behind it, at this port, or else at 3000 or any free one. */
export const layer = (port: Option.Option<number>) =>
  Option.match(port, {
    onSome: (port) => server(port),
    onNone: () => server(3000).pipe(Layer.catchTag("ServeError", () => server(0)))
  }).pipe(
    Layer.catchTag("ServeError", ({ cause }) => failed("start the server", cause)),
    Layer.catchTag("QuotaStoreNotOpened", (error) => failed("start the server", error)),
    Layer.provideMerge(simulator)
  )

/** As slow as a real one, scaled down so that every step can be seen. */
const simulator = UpstreamSimulator.layer({
  queuedFor: "600 millis",
  runsFor: "2700 millis",
  firstTokenAfter: "400 millis",
  tokenEvery: "40 millis",
  imageSide: 768
}).pipe(Layer.catchTag("ServeError", ({ cause }) => failed("start the simulated image service", cause)))

/** Configured as an operator would do it, but of the caller's own environment it sees nothing. */
const server = (port: number) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { apiKey, url } = yield* UpstreamSimulator
      const env = {
        PORT: String(port),
        CHATGPT2API_BASE_URL: url,
        CHATGPT2API_API_KEY: apiKey,
        QUOTA_STORE_URL: `sqlite:${folder}/quota.db`,
        TASK_POLL_INTERVAL: "200 millis",
        TASK_MISSING_GRACE: "3 seconds",
        LOG_LEVEL: "Error"
      }
      const settings = yield* Configuration.load(Settings).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })),
        Effect.orDie
      )
      return NodeServer.layer(settings)
    })
  )

const failed = (step: string, cause: unknown): Layer.Layer<unknown, StepFailed> =>
  Layer.unwrap(Effect.fail(StepFailed.because(step, cause)))
