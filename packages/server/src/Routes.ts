import { Effect, Layer } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "./api/Api.ts"
import * as BodyLimits from "./http/BodyLimits.ts"
import * as Cors from "./http/Cors.ts"
import * as CrossOriginProtection from "./http/CrossOriginProtection.ts"
import * as FailureResponses from "./http/FailureResponses.ts"
import * as ForwardedHeaders from "./http/ForwardedHeaders.ts"
import * as Framing from "./http/Framing.ts"
import * as HeaderLimits from "./http/HeaderLimits.ts"
import * as ImagesHandlers from "./http/ImagesHandlers.ts"
import * as JsonBodies from "./http/JsonBodies.ts"
import * as MethodNotAllowed from "./http/MethodNotAllowed.ts"
import * as PromptsHandlers from "./http/PromptsHandlers.ts"
import * as QuotaHandlers from "./http/QuotaHandlers.ts"
import * as RateLimiting from "./http/RateLimiting.ts"
import * as Reference from "./http/Reference.ts"
import * as RequestValidation from "./http/RequestValidation.ts"
import * as ResponseHeaders from "./http/ResponseHeaders.ts"
import * as SystemHandlers from "./http/SystemHandlers.ts"
import { MountPath } from "./MountPath.ts"
import * as RequestRecord from "./telemetry/RequestRecord.ts"
import * as Requests from "./telemetry/Requests.ts"

/**
 * Every route of the service, over {@link Application.layer}. It takes the whole router: what leads to none of its routes
 * gets its 404.
 */
export const layer = Layer.mergeAll(HttpApiBuilder.layer(Api), Reference.layer, MethodNotAllowed.layer).pipe(
  Layer.provide([ImagesHandlers.layer, PromptsHandlers.layer, QuotaHandlers.layer, SystemHandlers.layer]),
  Layer.provide([RequestValidation.layer, JsonBodies.layer, RateLimiting.layer]),
  // From the outermost to the innermost: a request passes them in this order, and its answer in the opposite one.
  Layer.provide([
    Requests.layer,
    ForwardedHeaders.layer,
    ResponseHeaders.layer,
    Cors.layer,
    FailureResponses.layer,
    // Before anything else speaks against a request: what can be read in two ways ends its line.
    Framing.layer,
    RateLimiting.everyRequest,
    CrossOriginProtection.layer,
    HeaderLimits.layer,
    BodyLimits.layer,
    RequestRecord.layer
  ])
)

/** An address is written as the document has it, so that caches and proxies that go by addresses see what is served. */
export const routerConfig = { caseSensitive: true, ignoreDuplicateSlashes: false }

/** Every route as one effect, for hosts that have a server of their own. */
export const toHttpEffect = Effect.provideService(HttpRouter.toHttpEffect(layer), HttpRouter.RouterConfig, routerConfig)

/**
 * The same below a path of an app that has routes of its own. The service answers for every address below it that is not
 * one of the app's, and for no other.
 */
export const mounted = (path: Exclude<MountPath, "">) =>
  HttpRouter.use(
    Effect.fnUntraced(function* (host) {
      // With a memo map of its own, or it would share the host's router.
      const service = yield* Effect.provideServiceEffect(toHttpEffect, Layer.CurrentMemoMap, Layer.makeMemoMap)
      yield* host.prefixed(path).add("*", "/*", Effect.provideService(service, MountPath, path))
    })
  )
