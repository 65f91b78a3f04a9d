import { HttpApi, HttpApiMiddleware, OpenApi } from "effect/http-api"
import * as Failures from "./Failures.ts"
import { ImagesApi } from "./ImagesApi.ts"
import { PromptsApi } from "./PromptsApi.ts"
import { QuotaApi } from "./QuotaApi.ts"
import { SystemApi } from "./SystemApi.ts"

/** What any route may answer: that the request can't be read or does not fit, or may not come in, or that the server itself failed. */
export class RequestValidation extends HttpApiMiddleware.Service<RequestValidation>()(
  "@scnmnt/server/api/RequestValidation",
  {
    error: [
      Failures.InvalidRequest,
      Failures.CrossOriginRefused,
      Failures.RequestTimeout,
      Failures.PayloadTooLarge,
      Failures.HeadersTooLarge,
      Failures.InternalError
    ]
  }
) {}

/** JSON comes in time, and between systems it is UTF-8 (RFC 8259, section 8.1). */
export class JsonBodies extends HttpApiMiddleware.Service<JsonBodies>()("@scnmnt/server/api/JsonBodies", {
  error: [Failures.InvalidRequest, Failures.RequestTimeout]
}) {}

/** What any route may answer: that its client asks for too much. */
export class RateLimiting extends HttpApiMiddleware.Service<RateLimiting>()("@scnmnt/server/api/RateLimiting", {
  error: Failures.RateLimited
}) {}

/** The HTTP API: what the server serves and what typed clients are made of. */
export class Api extends HttpApi.make("scnmnt")
  .add(ImagesApi)
  .add(PromptsApi)
  .add(QuotaApi)
  .add(SystemApi)
  .middleware(RequestValidation)
  .middleware(JsonBodies)
  .middleware(RateLimiting)
  .annotate(HttpApi.ParseOptions, { errors: "all" })
  .annotateMerge(
    OpenApi.annotations({
      title: "scnmnt",
      description: "Image generation: credits, tasks, images and better prompts."
    })
  ) {}
