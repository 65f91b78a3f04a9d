/** So many pieces are nothing, however small they are; a body of more has this many bytes for each. */
const freePieces = 1000
const bytesPerPiece = 256

/**
 * Finds a body that comes in crumbs, one piece after the other. Whoever collects a body holds each piece as it came, which
 * takes memory besides its own bytes: 256 KiB byte by byte took 50 MB on Node, and on Deno more than 1 GB.
 */
export class BodyPieces {
  #pieces = 0
  #bytes = 0

  /** Whether these crumbs are too many, with one more of this length. */
  isCrumbled(length: number): boolean {
    this.#pieces += 1
    this.#bytes += length
    return this.#pieces > freePieces + this.#bytes / bytesPerPiece
  }
}
