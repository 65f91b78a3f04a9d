import { Context, Deferred, Effect, Layer } from "effect"
import { HttpServerError } from "effect/http"
import { NetAddress } from "effect/net"
import * as FetchHandler from "../FetchHandler.ts"
import { Listening } from "../Listening.ts"
import type { Settings } from "../Settings.ts"

/** A runtime's own server, listening. */
export interface RunningServer {
  /** An IP address. */
  readonly host: string
  readonly port: number
  /** Takes no new lines, and is done when those that are busy have been answered. */
  stop(): Promise<unknown>
}

/**
 * The whole service on a runtime that serves by a function. When the layer ends, no new lines are taken and event
 * streams end at once, and requests that run have 10 seconds to finish; then the store is closed.
 */
export const layer = (settings: Settings, serve: (handler: FetchHandler.FetchHandler["Service"]) => RunningServer) =>
  Layer.effect(
    Listening,
    Effect.gen(function* () {
      const stopped = yield* Deferred.make<void>()
      // Comes last: what was answered is also sent.
      yield* Effect.addFinalizer(() => Effect.timeoutOption(Deferred.await(stopped), "1 second"))
      const handler = Context.get(yield* Layer.build(FetchHandler.layer(settings)), FetchHandler.FetchHandler)
      const server = yield* Effect.acquireRelease(
        Effect.try({ try: () => serve(handler), catch: (cause) => new HttpServerError.ServeError({ cause }) }),
        (server) => Effect.forkDetach(Deferred.into(Effect.asVoid(Effect.promise(() => server.stop())), stopped))
      )
      return Listening.of({ url: `http://${NetAddress.formatUrlHostString(server.host)}:${server.port}` })
    })
  )
