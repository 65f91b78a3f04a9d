import { Clock, Effect, Schema } from "effect"
import type { Duplex } from "node:stream"
import * as Failures from "../api/Failures.ts"
import { Wording } from "../api/Wording.ts"
import { wording } from "../Messages.ts"
import * as RequestRecord from "../telemetry/RequestRecord.ts"
import * as Requests from "../telemetry/Requests.ts"
import * as FailureResponses from "./FailureResponses.ts"
import { notHttp } from "./Framing.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"

/** Gives what Node refuses before there is a request, such as broken HTTP, the one failure body, an id and a log line too. */
export const answer = Effect.gen(function* () {
  const nextId = yield* Requests.ids
  const run = Effect.runForkWith(yield* Effect.context())
  return (error: Error, socket: Duplex): void => {
    const failure = failureOf(isCoded(error) ? error.code : undefined)
    const record = RequestRecord.make(nextId(), "unknown")
    socket.end(bytesOf(failure, record.id, isHead(error)))
    run(Effect.flatMap(Clock.currentTimeNanos, (now) => Requests.report(record, failure.code, now)))
  }
})

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
      return notHttp
  }
}

const bytesOf = (failure: ReturnType<typeof failureOf>, id: string, hasNoBody: boolean) => {
  // Which language its sender reads is among what can't be read.
  const worded = Effect.provideService(FailureResponses.bodyOf(failure), Wording, (tag) => wording("en", tag))
  const body = JSON.stringify(Effect.runSync(worded))
  return [
    `HTTP/1.1 ${failure.code} ${failure.error}`,
    "connection: close",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    ...Object.entries(ResponseHeaders.defaults).map(([name, value]) => `${name}: ${value}`),
    "",
    hasNoBody ? "" : body
  ].join("\r\n")
}
