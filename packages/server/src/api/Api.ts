import { HttpApi, HttpApiMiddleware, OpenApi } from "effect/http-api"
import { CrossOriginRefused, InternalError, InvalidRequest } from "./Failures.ts"
import { ImagesApi } from "./ImagesApi.ts"
import { PromptsApi } from "./PromptsApi.ts"
import { QuotaApi } from "./QuotaApi.ts"
import { SystemApi } from "./SystemApi.ts"

/** What any route may answer: that the request does not fit its schema or may not come in, or that the server itself failed. */
export class RequestValidation extends HttpApiMiddleware.Service<RequestValidation>()(
  "@scnmnt/server/api/RequestValidation",
  { error: [InvalidRequest, CrossOriginRefused, InternalError] }
) {}

/** The HTTP API: what the server serves and what typed clients are made of. */
export class Api extends HttpApi.make("scnmnt")
  .add(ImagesApi)
  .add(PromptsApi)
  .add(QuotaApi)
  .add(SystemApi)
  .middleware(RequestValidation)
  .annotate(HttpApi.ParseOptions, { errors: "all" })
  .annotateMerge(
    OpenApi.annotations({
      title: "scnmnt",
      version: "0.1.0",
      description: "Image generation: credits, tasks, images and better prompts."
    })
  ) {}
