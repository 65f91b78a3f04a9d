import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Layer } from "effect"
import * as NodePublicHttpClient from "./NodePublicHttpClient.ts"

/**
 * The HttpClient of these adapters on Node: at most 50 connections to an origin in all, kept alive, and no redirect
 * followed. Provided to all adapters at once: each build of this layer has 50 of its own. Beside it, the one for
 * addresses that nobody vouches for.
 */
export const layer = Layer.merge(
  NodeHttpClient.layerUndiciOptions({
    connections: 50,
    connect: { timeout: 10_000 },
    allowH2: false
  }),
  NodePublicHttpClient.layer()
)
