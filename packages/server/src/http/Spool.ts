import * as ByteBlocks from "@scnmnt/core/ByteBlocks"
import * as StreamHead from "@scnmnt/core/StreamHead"
import { Effect, Stream } from "effect"
import { Disk } from "../runtimes/Disk.ts"

/** Bytes that were received, to be read as often as need be. */
export interface Spooled {
  /** In bytes. */
  readonly size: number
  /** How many of them are in memory. */
  readonly memory: number
  readonly content: Stream.Stream<Uint8Array, unknown>
}

/**
 * Keeps a stream that can be read but once: in memory if it fits, else in a file that is gone when the scope ends. All
 * of it stays in memory where there is no disk.
 */
export const keep = Effect.fnUntraced(function* <E>(content: Stream.Stream<Uint8Array, E>, memory: number) {
  const disk = yield* Disk
  const { head, length, rest } = yield* StreamHead.peel(inBlocks(content), disk === undefined ? Infinity : memory + 1)
  if (disk === undefined || length <= memory) {
    return { size: length, memory: length, content: Stream.fromIterable(head) } satisfies Spooled
  }
  const path = yield* disk.makeTempFileScoped({ prefix: "scnmnt-upload-" })
  yield* Stream.run(Stream.concat(drained(head), rest), disk.sink(path))
  const { size } = yield* disk.stat(path)
  return { size: Number(size), memory: 0, content: disk.stream(path) } satisfies Spooled
})

/** A chunk can be a single byte, which by itself takes up a hundred times as much. */
const inBlocks = ByteBlocks.ofSize(65_536)

/** Takes the chunks out of their list: held until the rest has come, they would be in memory and on disk. */
const drained = (chunks: Array<Uint8Array>) => Stream.fromIterableEffect(Effect.sync(() => chunks.splice(0)))
