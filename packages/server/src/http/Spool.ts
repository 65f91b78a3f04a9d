import { Effect, FileSystem, Sink, Stream } from "effect"

/** Bytes that were received, to be read as often as need be. */
export interface Spooled {
  /** In bytes. */
  readonly size: number
  /** How many of them are in memory. */
  readonly memory: number
  readonly content: Stream.Stream<Uint8Array, unknown>
}

/** Keeps a stream that can be read but once: in memory if it fits, else in a file that is gone when the scope ends. */
export const keep = Effect.fnUntraced(function* <E>(content: Stream.Stream<Uint8Array, E>, memory: number) {
  const [chunks, rest] = yield* Stream.peel(content, upTo(memory))
  const length = lengthOf(chunks)
  if (length <= memory) {
    return { size: length, memory: length, content: Stream.fromIterable(chunks) } satisfies Spooled
  }
  const files = yield* FileSystem.FileSystem
  const path = yield* files.makeTempFileScoped({ prefix: "scnmnt-upload-" })
  yield* Stream.run(Stream.prepend(rest, chunks), files.sink(path))
  const { size } = yield* files.stat(path)
  return { size: Number(size), memory: 0, content: files.stream(path) } satisfies Spooled
})

/** The chunks up to the first that is too much. */
const upTo = (memory: number) =>
  Sink.fold(
    (): Array<Uint8Array> => [],
    (chunks) => lengthOf(chunks) <= memory,
    (chunks, chunk: Uint8Array) => Effect.sync(() => (chunks.push(chunk), chunks))
  )

const lengthOf = (chunks: ReadonlyArray<Uint8Array>) => chunks.reduce((sum, { length }) => sum + length, 0)
