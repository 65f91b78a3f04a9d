import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, Layer } from "effect"
import * as NodePublicHttpClient from "./NodePublicHttpClient.ts"
import { StreamHttpClient } from "./StreamHttpClient.ts"

const options = { connect: { timeout: 10_000 }, allowH2: false }

/**
 * The HttpClient of these adapters on Node: at most 50 connections to an origin in all, kept alive, and no redirect
 * followed. Provided to all adapters at once: each build of this layer has 50 of its own. Beside it, the one for
 * streams, with a connection for each, and the one for addresses that nobody vouches for.
 */
export const layer = Layer.mergeAll(
  NodeHttpClient.layerUndiciOptions({ ...options, connections: 50 }),
  Layer.effect(
    StreamHttpClient,
    Effect.provideServiceEffect(
      NodeHttpClient.makeUndici,
      NodeHttpClient.Dispatcher,
      NodeHttpClient.makeDispatcherOptions(options)
    )
  ),
  NodePublicHttpClient.layer()
)
