import { Effect, Option } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { Places } from "../doors/Places.ts"
import * as ClientAddress from "../http/ClientAddress.ts"
import * as MalformedRequests from "../http/MalformedRequests.ts"
import { isProxy, type TrustedProxies } from "../doors/TrustedProxies.ts"
import type { Settings } from "../Settings.ts"
import * as NodeBodyPieces from "./NodeBodyPieces.ts"

/** How long a client may take, in milliseconds; looked at every `connectionsCheckingInterval`, but for `timeout`. */
export interface Times {
  readonly connectionsCheckingInterval: number
  /** To the end of a request's headers. */
  readonly headersTimeout: number
  /** To the end of a request. */
  readonly requestTimeout: number
  /** Without anything that moves on the line. */
  readonly timeout: number
}

const patience: Times = {
  connectionsCheckingInterval: 5_000,
  headersTimeout: 10_000,
  // Room for the largest upload at 60 kB/s.
  requestTimeout: 300_000,
  // Somebody has stopped reading: streams have comments every 15 seconds, and the slowest answer, that of an order which
  // the upstream leaves waiting, comes within two minutes.
  timeout: 180_000
}

/** A server that no client keeps waiting for long, however it goes about it. */
export const serverOf = (
  { MAX_CONNECTIONS_PER_ADDRESS, TRUST_PROXY }: Pick<Settings, "MAX_CONNECTIONS_PER_ADDRESS" | "TRUST_PROXY">,
  { timeout, ...times } = patience
) =>
  Effect.map(MalformedRequests.answer, (answer) => (): Server => {
    const server = createServer({
      ...times,
      IncomingMessage: NodeBodyPieces.Message,
      maxHeaderSize: 16_384,
      // A proxy keeps idle lines for a minute, and its next request must not cross with their end.
      keepAliveTimeout: TRUST_PROXY === 0 ? 5_000 : 75_000,
      // The service looks for it itself, and has an answer for who sends none.
      requireHostHeader: false
    })
    server.timeout = timeout
    // An expectation that nobody knows is none to fail for (RFC 9110, section 10.1.1).
    server.on("checkExpectation", (request, response) => server.emit("request", request, response))
    refuseInTurn(server, answer)
    if (MAX_CONNECTIONS_PER_ADDRESS > 0) server.on("connection", atMost(MAX_CONNECTIONS_PER_ADDRESS, TRUST_PROXY))
    return server
  })

/**
 * Has broken HTTP answered, unless requests that came before it on its line are still to be: whoever sent these would take
 * the refusal for theirs. They get their answers, and what is broken gets the end of the line.
 */
const refuseInTurn = (server: Server, answer: (error: Error, socket: Duplex) => void) => {
  const due = new WeakMap<Duplex, Set<ServerResponse>>()
  const note = ({ socket }: IncomingMessage, response: ServerResponse) => {
    const responses = due.get(socket) ?? new Set()
    due.set(socket, responses.add(response))
    response.once("close", () => responses.delete(response))
  }
  server.on("request", note).on("checkContinue", note)
  // Node reports it again whenever more comes.
  const refused = new WeakSet<Duplex>()
  server.on("clientError", (error, socket) => {
    if (refused.has(socket)) return
    refused.add(socket)
    const responses = [...(due.get(socket) ?? [])]
    const last = responses.findLast(({ req }) => req.complete)
    if (last !== undefined) last.once("close", () => socket.end())
    else if (socket.writable && !responses.some(({ headersSent }) => headersSent)) answer(error, socket)
    else socket.destroy(error)
  })
}

/** Ends each connection at once that is one too many from where it comes; but for those of proxies, which bring many clients. */
const atMost = (limit: number, proxies: TrustedProxies) => {
  const places = new Places(limit)
  return (socket: Socket) => {
    const client = { remoteAddress: Option.fromUndefinedOr(socket.remoteAddress) }
    if (isProxy(proxies, ClientAddress.address(client))) return
    const from = ClientAddress.network(client)
    if (places.take(from)) socket.once("close", () => places.leave(from))
    else socket.destroy()
  }
}
