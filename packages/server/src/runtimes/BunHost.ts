import * as BunUpstreamHttpClient from "@scnmnt/adapters-http/BunUpstreamHttpClient"
import { Layer } from "effect"
import * as NodeDisk from "./NodeDisk.ts"

/** What the service needs of its host, on Bun. */
export const layer = Layer.merge(BunUpstreamHttpClient.layer, NodeDisk.layer)
