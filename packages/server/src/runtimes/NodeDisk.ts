import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { FileSystem, Layer } from "effect"
import { Disk } from "./Disk.ts"

/** The disk where there is Node's file system: on Node, Deno and Bun. */
export const layer = Layer.effect(Disk, FileSystem.FileSystem).pipe(Layer.provide(NodeFileSystem.layer))
