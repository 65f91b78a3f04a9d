import { Effect, Sink, Stream } from "effect"
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
  const [chunks, rest] = yield* Stream.peel(content, upTo(disk === undefined ? Infinity : memory))
  const length = lengthOf(chunks)
  if (disk === undefined || length <= memory) {
    return { size: length, memory: length, content: Stream.fromIterable(chunks) } satisfies Spooled
  }
  const path = yield* disk.makeTempFileScoped({ prefix: "scnmnt-upload-" })
  yield* Stream.run(Stream.concat(drained(chunks), rest), disk.sink(path))
  const { size } = yield* disk.stat(path)
  return { size: Number(size), memory: 0, content: disk.stream(path) } satisfies Spooled
})

/** Takes the chunks out of their list: held until the rest has come, they would be in memory and on disk. */
const drained = (chunks: Array<Uint8Array>) => Stream.fromIterableEffect(Effect.sync(() => chunks.splice(0)))

/** The chunks up to the first that is too much. */
const upTo = (memory: number) =>
  Sink.fold(
    (): Array<Uint8Array> => [],
    (chunks) => lengthOf(chunks) <= memory,
    (chunks, chunk: Uint8Array) => Effect.sync(() => (chunks.push(chunk), chunks))
  )

const lengthOf = (chunks: ReadonlyArray<Uint8Array>) => chunks.reduce((sum, { length }) => sum + length, 0)
