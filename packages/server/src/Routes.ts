import { Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "./api/Api.ts"
import * as BodyLimits from "./http/BodyLimits.ts"
import * as Cors from "./http/Cors.ts"
import * as CrossOriginProtection from "./http/CrossOriginProtection.ts"
import * as FailureResponses from "./http/FailureResponses.ts"
import * as ForwardedHeaders from "./http/ForwardedHeaders.ts"
import * as ImagesHandlers from "./http/ImagesHandlers.ts"
import * as JsonBodies from "./http/JsonBodies.ts"
import * as MethodNotAllowed from "./http/MethodNotAllowed.ts"
import * as PromptsHandlers from "./http/PromptsHandlers.ts"
import * as QuotaHandlers from "./http/QuotaHandlers.ts"
import * as Reference from "./http/Reference.ts"
import * as RequestValidation from "./http/RequestValidation.ts"
import * as SystemHandlers from "./http/SystemHandlers.ts"

/** Every route of the service: serve them with any server of Effect's, over {@link Application.layer}. */
export const layer = Layer.mergeAll(HttpApiBuilder.layer(Api), Reference.layer, MethodNotAllowed.layer).pipe(
  Layer.provide([ImagesHandlers.layer, PromptsHandlers.layer, QuotaHandlers.layer, SystemHandlers.layer]),
  Layer.provide([RequestValidation.layer, JsonBodies.layer]),
  // From the outermost to the innermost: a request passes them in this order, and its answer in the opposite one.
  Layer.provide([
    ForwardedHeaders.layer,
    Cors.layer,
    FailureResponses.layer,
    CrossOriginProtection.layer,
    BodyLimits.layer
  ])
)
