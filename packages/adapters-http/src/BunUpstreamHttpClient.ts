import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"

/**
 * The HttpClient of these adapters on Bun, where undici is but a name for `fetch`, which sends a stream without its
 * length: at most 50 connections to an origin, kept alive, and no redirect followed. It leaves no say in the addresses
 * connected to, so that there is no PublicHttpClient.
 */
export const layer = NodeHttpClient.layerNodeHttpOptions({ keepAlive: true, maxSockets: 50 })
