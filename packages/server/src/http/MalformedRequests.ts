import { Schema } from "effect"
import type { Duplex } from "node:stream"
import * as Failures from "../api/Failures.ts"
import { messages } from "../Messages.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"

/** Gives what Node refuses before there is a request, such as broken HTTP, the one failure body too. */
export const answer = (error: Error, socket: Duplex): void => {
  if (!socket.writable) {
    socket.destroy(error)
    return
  }
  const { code: status, error: tag, ...details } = failureOf(isCoded(error) ? error.code : undefined)
  const body = JSON.stringify({ code: status, error: tag, ...details, message: messages.en[tag] })
  socket.end(
    [
      `HTTP/1.1 ${status} ${tag}`,
      "connection: close",
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(ResponseHeaders.defaults).map(([name, value]) => `${name}: ${value}`),
      "",
      isHead(error) ? "" : body
    ].join("\r\n")
  )
}

const isCoded = Schema.is(Schema.Struct({ code: Schema.String }))

/** As far as it can be told: HEAD is answered without a body (RFC 9110, section 9.3.2), whatever is wrong with it. */
const isHead = (error: unknown) => isParsed(error) && Buffer.from(error.rawPacket).toString("latin1", 0, 5) === "HEAD "

/** What was read last, which is all of the request unless it came in pieces. */
const isParsed = Schema.is(Schema.Struct({ rawPacket: Schema.Uint8Array }))

/** By the codes of Node's parser: https://nodejs.org/api/http.html#event-clienterror */
const failureOf = (code: string | undefined) => {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new Failures.HeadersTooLarge()
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Failures.RequestTimeout()
    default:
      return new Failures.InvalidRequest({ issues: [{ path: "", problem: "is not valid HTTP" }] })
  }
}
