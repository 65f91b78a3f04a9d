import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import { Layer } from "effect"
import * as NodeDisk from "./NodeDisk.ts"

/** What the service needs of its host, on Node and on Deno. */
export const layer = Layer.merge(NodeUpstreamHttpClient.layer, NodeDisk.layer)
