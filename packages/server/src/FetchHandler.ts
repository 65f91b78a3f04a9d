import {
  ConfigProvider,
  Context,
  Effect,
  FiberSet,
  Layer,
  ManagedRuntime,
  Option,
  Predicate,
  Record,
  type Scope,
  Stream
} from "effect"
import { HttpBody, type HttpClient, HttpEffect, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import * as Application from "./Application.ts"
import * as Configuration from "./Configuration.ts"
import * as Logging from "./Logging.ts"
import * as Routes from "./Routes.ts"
import * as FetchBodyPieces from "./runtimes/FetchBodyPieces.ts"
import { Settings } from "./Settings.ts"
import { Shutdown } from "./Shutdown.ts"

/** The whole service as a function, for any host that speaks `Request` and `Response`. */
export class FetchHandler extends Context.Service<
  FetchHandler,
  (request: Request, client?: Client) => Promise<Response>
>()("@scnmnt/server/FetchHandler") {}

/** What a `Request` does not tell of who sent it. */
export interface Client {
  /** The IP address at the other end of the line. */
  readonly address?: string | undefined
}

/**
 * The service over what its host has: an HttpClient for the upstream, and a Disk for large uploads if there is one. When
 * the layer ends, event streams end at once, and requests that run have 10 seconds to finish; then the store is closed.
 */
export const layer = (settings: Settings) =>
  Layer.effect(FetchHandler, make).pipe(
    Layer.provide([Application.layer(settings), HttpServer.layerServices]),
    Layer.provide(Logging.layer(settings))
  )

/**
 * The same for hosts that are not of Effect: configured by these variables, and closed when the host is done with it.
 * Rejects with a ConfigurationInvalid, or a store that can't be opened.
 */
export const open = async <E>(
  host: Layer.Layer<HttpClient.HttpClient, E>,
  variables: Readonly<Record<string, string | undefined>>
) => {
  const service = ManagedRuntime.make(
    Layer.unwrap(Effect.map(Configuration.load(Settings), layer)).pipe(
      Layer.provide([
        host,
        ConfigProvider.layer(ConfigProvider.fromEnv({ env: Record.filter(variables, Predicate.isString) }))
      ])
    )
  )
  return { fetch: await service.runPromise(FetchHandler), close: () => service.dispose() }
}

const make = Effect.gen(function* () {
  const { begin } = yield* Shutdown
  const app = yield* Routes.toHttpEffect
  const running = yield* FiberSet.make()
  yield* Effect.addFinalizer(() =>
    Effect.andThen(begin, Effect.timeoutOption(FiberSet.awaitEmpty(running), "10 seconds"))
  )
  const joinRunning = Effect.withFiber((fiber) => Effect.sync(() => FiberSet.addUnsafe(running, fiber)))
  const counted = Effect.map(Effect.andThen(joinRunning, app), whileStreaming(joinRunning))
  type All = Effect.Services<typeof counted>
  type Standing = Exclude<All, HttpServerRequest.HttpServerRequest | Scope.Scope>
  const context = yield* Effect.context<Standing>()
  const handler = HttpEffect.toWebHandlerWith<Standing, All>(context)(fromAddress(counted))
  return FetchHandler.of(async (request, { address } = {}) => {
    const response = await handler(FetchBodyPieces.guard(request), Context.make(Address, address))
    return request.method === "HEAD" ? ofUnknownLength(response) : response
  })
})

/** To HEAD a runtime would say of no body that it has 0 bytes, where GET may bring many (RFC 9110, section 9.3.2). */
const ofUnknownLength = (response: Response) =>
  response.status !== 200 || response.headers.has("content-length")
    ? response
    : new Response(new ReadableStream({ start: (body) => body.close() }), response)

const Address = Context.Reference<string | undefined>("@scnmnt/server/FetchHandler/Address", {
  defaultValue: () => undefined
})

/** Gives the request the address of its client. */
const fromAddress = <A, E, R>(app: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Address, (address) =>
    Effect.updateService(app, HttpServerRequest.HttpServerRequest, (request) =>
      request.modify({ remoteAddress: Option.fromUndefinedOr(address) })
    )
  )

/** A body is read by a fiber of its own, which begins before the one that answers the request ends. */
const whileStreaming = (join: Effect.Effect<void>) => (response: HttpServerResponse.HttpServerResponse) => {
  if (response.body._tag !== "Stream") return response
  const { contentLength, contentType, stream } = response.body
  const joined = Stream.transformPull(stream, (pull) => Effect.as(join, pull))
  return HttpServerResponse.setBody(response, HttpBody.stream(joined, contentType, contentLength))
}
