import { Stream } from "effect"

/**
 * The same bytes in blocks of this size, the last as long as it comes out, however small or large the chunks are that they
 * come in. A block that comes in one chunk is not copied, no byte is more than once, and less than a block is held back.
 */
export const ofSize = (size: number) =>
  Stream.mapAccum(
    () => nothing,
    (filling: Filling, chunk: Uint8Array) => cut(filling, chunk, size),
    { onHalt: ({ block, length }) => (length === 0 ? [] : [block.slice(0, length)]) }
  )

/** A block, and how many of its bytes are there. */
interface Filling {
  readonly block: Uint8Array
  readonly length: number
}

const nothing: Filling = { block: new Uint8Array(0), length: 0 }

type Cut = readonly [Filling, ReadonlyArray<Uint8Array>]

/** The blocks that are full with this chunk, and the one that its end begins. */
const cut = ({ block, length }: Filling, chunk: Uint8Array, size: number): Cut => {
  if (length === 0) return divide(chunk, size)
  const first = chunk.subarray(0, size - length)
  block.set(first, length)
  if (length + first.length < size) return [{ block, length: length + first.length }, []]
  const [filling, blocks] = divide(chunk.subarray(first.length), size)
  return [filling, [block, ...blocks]]
}

/** The same for a chunk that begins a block: those that are full are parts of it. */
const divide = (chunk: Uint8Array, size: number): Cut => {
  const blocks = new Array<Uint8Array>()
  let rest = chunk
  for (; rest.length >= size; rest = rest.subarray(size)) blocks.push(rest.subarray(0, size))
  if (rest.length === 0) return [nothing, blocks]
  const block = new Uint8Array(size)
  block.set(rest)
  return [{ block, length: rest.length }, blocks]
}
