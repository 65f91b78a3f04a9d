import type { Server } from "node:http"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Clock, Effect, Exit, Option, type Predicate, type Scope, Stream, SubscriptionRef } from "effect"
import type { HttpServerError, HttpServerRequest } from "effect/http"
import { decodeBody, type ReceivedRequest } from "./ReceivedRequest.ts"
import type { Call } from "./Wire.ts"

export interface Connections {
  readonly open: number
  /** The most that were ever open at once. */
  readonly most: number
  readonly ever: number
}

/** Keeps the latest `keep` requests, and counts every one of them. */
export const make = (server: Server, keep: number) =>
  Effect.gen(function* () {
    const requests = yield* SubscriptionRef.make<ReadonlyArray<ReceivedRequest>>([])
    let counts = noCounts
    let connections: Connections = { open: 0, most: 0, ever: 0 }
    let number = 0
    server.on("connection", (socket) => {
      const open = connections.open + 1
      connections = { open, most: Math.max(connections.most, open), ever: connections.ever + 1 }
      socket.once("close", () => {
        connections = { ...connections, open: connections.open - 1 }
      })
    })

    const close = (closed: ReceivedRequest, outcome: ReceivedRequest["outcome"]) =>
      SubscriptionRef.update(requests, (all) =>
        all.map((request) =>
          request.number === closed.number && request.outcome === "open" ? { ...request, outcome } : request
        )
      )

    return {
      receive: Effect.fnUntraced(function* (
        call: Call,
        request: HttpServerRequest.HttpServerRequest
      ): Effect.fn.Return<ReceivedRequest, HttpServerError.HttpServerError, Scope.Scope> {
        const receivedAt = yield* Clock.currentTimeMillis
        const body = new Uint8Array(yield* request.arrayBuffer)
        const content = yield* decodeBody(body, request.headers["content-type"] ?? "")
        const { pathname, searchParams } = new URL(request.url, "http://upstream")
        const received: ReceivedRequest = {
          number: ++number,
          call,
          method: request.method,
          path: pathname,
          query: Object.fromEntries(searchParams),
          headers: request.headers,
          rawHeaders: NodeHttpServerRequest.toIncomingMessage(request).rawHeaders,
          body,
          ...content,
          receivedAt,
          outcome: "open"
        }
        counts = { ...counts, [call]: counts[call] + 1 }
        yield* SubscriptionRef.update(requests, (all) => [...all, received].slice(-keep))
        yield* Effect.addFinalizer((exit) => close(received, Exit.isSuccess(exit) ? "answered" : "hung-up"))
        return received
      }),

      dropped: (request: ReceivedRequest) => close(request, "dropped"),

      requests: SubscriptionRef.get(requests),

      awaitRequest: (predicate: Predicate.Predicate<ReceivedRequest>): Effect.Effect<ReceivedRequest> =>
        SubscriptionRef.changes(requests).pipe(
          Stream.map((all) => all.find(predicate)),
          Stream.filter((request) => request !== undefined),
          Stream.runHead,
          Effect.flatMap(Option.match({ onNone: () => Effect.never, onSome: Effect.succeed }))
        ),

      counters: Effect.sync(() => ({ connections, calls: counts })),

      clear: Effect.suspend(() => {
        counts = noCounts
        connections = { ...connections, most: connections.open }
        return SubscriptionRef.set(requests, [])
      })
    }
  })
export type Recorder = Effect.Success<ReturnType<typeof make>>

const noCounts: Readonly<Record<Call, number>> = { submit: 0, "look-up": 0, image: 0, chat: 0, other: 0 }
