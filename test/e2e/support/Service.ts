import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { vi } from "@effect/vitest"
import * as Configuration from "@scnmnt/server/Configuration"
import { Listening } from "@scnmnt/server/Listening"
import * as NodeServer from "@scnmnt/server/runtimes/NodeServer"
import { Settings } from "@scnmnt/server/Settings"
import { UpstreamSimulator, type Options } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { ConfigProvider, Context, Effect, FileSystem, Layer } from "effect"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { imageSide } from "./Fixtures.ts"
import * as Process from "./Process.ts"
import { runtime } from "./Runtime.ts"

// Nothing here waits for time to pass, but a busy machine may take its time.
// Not more at once, since every server of Effect's listens on stdin, and Node warns of more than ten who do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000, maxConcurrency: 4 })

/** The real service on a port of its own, its books in a file of its own. */
export class Service extends Context.Service<
  Service,
  {
    /** With no slash at its end. */
    readonly url: string
    readonly storePath: string
  }
>()("test/e2e/Service") {}

/** The service and the simulator that is its upstream; these variables are set besides the ones that both need. */
export const layer = (variables: Process.Variables = {}, upstream: Options = {}) =>
  Layer.effect(
    Service,
    Effect.gen(function* () {
      const storePath = yield* newStorePath
      return yield* start(storePath, variables)
    })
  ).pipe(Layer.provideMerge(UpstreamSimulator.layer({ imageSide, ...upstream })))

/** Runs a test on a service of its own, so that it can run while others do. */
export const alone = Effect.provide(layer())

/** Starts the service on this file, for as long as the scope: in this process on Node, else as one of its own. */
export const start = Effect.fnUntraced(function* (storePath: string, variables: Process.Variables = {}) {
  const { apiKey, url } = yield* UpstreamSimulator
  const env = {
    HOST: "127.0.0.1",
    PORT: "0",
    CHATGPT2API_BASE_URL: url,
    CHATGPT2API_API_KEY: apiKey,
    QUOTA_STORE_URL: `sqlite:${storePath}`,
    RATE_LIMIT: "off",
    MAX_CONNECTIONS_PER_ADDRESS: "0",
    TASK_POLL_INTERVAL: "20 millis",
    TASK_MISSING_GRACE: "500 millis",
    ...variables
  }
  return Service.of({ ...(yield* runtime === "node" ? withinThis(env) : asProcess(env)), storePath })
})

const withinThis = Effect.fnUntraced(function* (env: Process.Variables) {
  const settings = yield* Effect.provideService(
    Configuration.load(Settings),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnv({ env: { LOG_LEVEL: "None", ...env } })
  )
  // With a memo map of its own, or it would share the simulator's router.
  const context = yield* Layer.buildWithMemoMap(
    NodeServer.layer(settings),
    yield* Layer.makeMemoMap,
    yield* Effect.scope
  )
  return Context.get(context, Listening)
})

/** Told to stop, it is waited for. */
const asProcess = Effect.fnUntraced(function* (env: Process.Variables) {
  const { exit, kill, url } = yield* Process.serve({ TMPDIR: tmpdir(), ...env })
  yield* Effect.addFinalizer(() => Effect.andThen(kill("SIGTERM"), exit))
  return { url: yield* url }
})

/** The upstream as it was at its start: no tasks, no requests, no faults. */
export const freshUpstream = Effect.tap(UpstreamSimulator, ({ reset }) => reset)

/** A place for books, in a folder that does not exist yet and is gone with the scope. */
export const newStorePath = Effect.gen(function* () {
  const { makeTempDirectoryScoped } = yield* FileSystem.FileSystem
  return join(yield* makeTempDirectoryScoped({ prefix: "scnmnt-e2e-" }), "data", "quota.db")
}).pipe(Effect.provide(NodeFileSystem.layer))

/**
 * Waits until the service has seen that a client left. It reads its lines in the order in which there was something on
 * them, so that it knew before it answers a request that was sent afterwards.
 */
export const clientsLeaveIsKnown = Effect.gen(function* () {
  const { url } = yield* Service
  for (const _ of [1, 2, 3])
    yield* Effect.tryPromise(() => fetch(`${url}/healthz`, { headers: { connection: "close" } }))
})
