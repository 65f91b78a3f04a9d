import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, Layer } from "effect"
import { StreamHttpClient } from "./StreamHttpClient.ts"

/**
 * The HttpClient of these adapters on Bun, where undici is but a name for `fetch`, which sends a stream without its
 * length: at most 50 connections to an origin, kept alive, and no redirect followed. Beside it, the one for streams, with
 * a connection for each. They leave no say in the addresses connected to, so that there is no PublicHttpClient.
 */
export const layer = Layer.merge(
  NodeHttpClient.layerNodeHttpOptions({ keepAlive: true, maxSockets: 50 }),
  Layer.effect(
    StreamHttpClient,
    Effect.provideServiceEffect(
      NodeHttpClient.makeNodeHttp,
      NodeHttpClient.HttpAgent,
      NodeHttpClient.makeAgent({ keepAlive: true })
    )
  )
)
