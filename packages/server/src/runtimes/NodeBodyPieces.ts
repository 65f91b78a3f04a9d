import { IncomingMessage } from "node:http"

/** So many pieces are nothing, however small they are; a body of more has this many bytes for each. */
const freePieces = 1000
const bytesPerPiece = 256

/**
 * A request whose body does not come in crumbs. Whoever collects it holds each piece as it came, which takes 200 bytes of
 * the heap besides its own: 256 KiB byte by byte took 50 MB. The line of one that does ends.
 */
export class Message extends IncomingMessage {
  #pieces = 0
  #bytes = 0

  override push(piece: unknown, encoding?: BufferEncoding): boolean {
    if (piece instanceof Uint8Array) {
      this.#pieces += 1
      this.#bytes += piece.length
      if (this.#pieces > freePieces + this.#bytes / bytesPerPiece) {
        this.destroy(new Error("the body comes in crumbs"))
        return false
      }
    }
    return super.push(piece, encoding)
  }
}
