import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeUpstreamHttpClient from "@scnmnt/adapters-http/NodeUpstreamHttpClient"
import { FileSystem, Layer } from "effect"
import { Disk } from "./Disk.ts"

/** What the service needs of its host, on Node. */
export const layer = Layer.merge(
  NodeUpstreamHttpClient.layer,
  Layer.effect(Disk, FileSystem.FileSystem).pipe(Layer.provide(NodeFileSystem.layer))
)
