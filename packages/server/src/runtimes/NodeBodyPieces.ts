import { IncomingMessage } from "node:http"
import { BodyPieces } from "./BodyPieces.ts"

/** A request whose line ends if its body comes in crumbs. */
export class Message extends IncomingMessage {
  readonly #pieces = new BodyPieces()

  override push(piece: unknown, encoding?: BufferEncoding): boolean {
    if (piece instanceof Uint8Array && this.#pieces.isCrumbled(piece.length)) {
      this.destroy(new Error("the body comes in crumbs"))
      return false
    }
    return super.push(piece, encoding)
  }
}
