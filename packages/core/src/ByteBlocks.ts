import { Stream } from "effect"

/**
 * The same bytes in blocks of this size, the last as long as it comes out, however small or large the chunks are that they
 * come in. No byte is copied more than once, and no more of them are held back than a block.
 */
export const ofSize = (size: number) =>
  Stream.mapAccum(
    (): Filling => ({ block: new Uint8Array(size), length: 0 }),
    (filling, chunk: Uint8Array) => cut(filling, chunk),
    { onHalt: ({ block, length }) => (length === 0 ? [] : [block.slice(0, length)]) }
  )

/** A block, and how many of its bytes are there. */
interface Filling {
  readonly block: Uint8Array
  readonly length: number
}

/** The blocks that are full with this chunk, and the one that its end begins. */
const cut = ({ block, length }: Filling, chunk: Uint8Array): readonly [Filling, ReadonlyArray<Uint8Array>] => {
  const size = block.length
  if (length + chunk.length < size) {
    block.set(chunk, length)
    return [{ block, length: length + chunk.length }, []]
  }
  const first = chunk.subarray(0, size - length)
  block.set(first, length)
  const blocks = [block]
  let rest = chunk.subarray(first.length)
  for (; rest.length >= size; rest = rest.subarray(size)) blocks.push(rest.subarray(0, size))
  const next = new Uint8Array(size)
  next.set(rest)
  return [{ block: next, length: rest.length }, blocks]
}
