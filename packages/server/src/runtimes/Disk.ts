import { Context, type FileSystem } from "effect"

/** Where uploads go that are too large for memory, and where files of packages are. The runtime's layer provides it; there is none where there is no disk. */
export const Disk = Context.Reference<FileSystem.FileSystem | undefined>("@scnmnt/server/runtimes/Disk", {
  defaultValue: () => undefined
})
