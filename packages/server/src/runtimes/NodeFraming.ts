import { IncomingMessage } from "node:http"
import type { Socket } from "node:net"

/**
 * Finds what Node's parser lets through: other versions than 1.0 and 1.1, chunks in a request of HTTP/1.0 (RFC 9112,
 * section 6.1), any number of hosts (section 3.2); and all that comes after it on its line. Node hands that over at once,
 * while the line is yet to be closed.
 */
export const make = () => {
  const over = new WeakSet<Socket>()
  return (source: object) => {
    if (!(source instanceof IncomingMessage)) return true
    if (!over.has(source.socket) && isSound(source)) return true
    over.add(source.socket)
    return false
  }
}

const isSound = ({ headers, headersDistinct: { host = [] }, httpVersion }: IncomingMessage) =>
  httpVersion === "1.1" ? host.length === 1 : httpVersion === "1.0" && !headers["transfer-encoding"] && host.length < 2
