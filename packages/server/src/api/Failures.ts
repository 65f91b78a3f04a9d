import { Effect, Schema, SchemaGetter } from "effect"
import { TaskId } from "@scnmnt/core/TaskId"
import { Wording } from "./Wording.ts"

/**
 * A failure as it goes over the wire: `{"code": <HTTP status>, "error": "<tag>", "message": "<for people>", …}`. Tags
 * and statuses never change; the message is worded when the failure is sent. `_tag` says the tag again, for
 * `Effect.catchTag`; it is not sent.
 */
const Failure =
  <Self>() =>
  <const Tag extends string, const Status extends number, const Fields extends Schema.Struct.Fields>(
    tag: Tag,
    status: Status,
    fields: Fields
  ) => {
    const failure = Schema.Error<Self, { readonly _tag: Tag }>(tag)(
      {
        code: Schema.tag(status),
        error: Schema.tag(tag),
        message: worded(() => tag).pipe(Schema.withConstructorDefault(Effect.succeed(tag))),
        ...fields
      },
      { httpApiStatus: status }
    )
    Object.assign(Object(failure).prototype, { _tag: tag })
    return failure
  }

/** A text for people, worded when it is sent; in the server it is a word for what it is about. */
const worded = (about: (kept: string) => string) =>
  Schema.String.pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.passthrough(),
      encode: SchemaGetter.transformEffect((kept) => Effect.map(Wording, (word) => word(about(kept))))
    })
  )

/** Something in the request is not as documented; `issues` says what and where. */
export class InvalidRequest extends Failure<InvalidRequest>()("InvalidRequest", 400, {
  issues: Schema.Array(
    Schema.Struct({
      path: Schema.String.annotate({
        description: "The field, parameter or header that it is about. Empty for the whole request."
      }),
      problem: worded((kind) => kind).pipe(
        Schema.annotateEncoded({ description: "What is wrong there, in words for people." })
      )
    })
  )
}) {}

/** The account has no credit left. */
export class InsufficientCredits extends Failure<InsufficientCredits>()("InsufficientCredits", 402, {}) {}

/** A page of another origin sent this, and its origin is not one that this server trusts. */
export class CrossOriginRefused extends Failure<CrossOriginRefused>()("CrossOriginRefused", 403, {}) {}

/** There is nothing at this address. */
export class RouteNotFound extends Failure<RouteNotFound>()("RouteNotFound", 404, {}) {}

/** The task has no image: not yet, or it failed, or there is no such task. */
export class ImageNotReady extends Failure<ImageNotReady>()("ImageNotReady", 404, {}) {}

/** The address takes other methods. */
export class MethodNotAllowed extends Failure<MethodNotAllowed>()("MethodNotAllowed", 405, {}) {}

/** The client stopped sending before its request was complete. */
export class RequestTimeout extends Failure<RequestTimeout>()("RequestTimeout", 408, {}) {}

/** The image existed and is no longer kept. */
export class ImageGone extends Failure<ImageGone>()("ImageGone", 410, {}) {}

/** The request, a file or their number is beyond what this server takes; `limit` in bytes or files, where one can be named. */
export class PayloadTooLarge extends Failure<PayloadTooLarge>()("PayloadTooLarge", 413, {
  limit: Schema.optionalKey(Schema.Int)
}) {}

/** An uploaded image would take up too much once it is decoded; `limit` in pixels. */
export class TooManyPixels extends Failure<TooManyPixels>()("TooManyPixels", 413, { limit: Schema.Int }) {}

/** The body's content type is not one that this route takes. */
export class UnsupportedMediaType extends Failure<UnsupportedMediaType>()("UnsupportedMediaType", 415, {}) {}

/** An uploaded file is no PNG, JPEG, WebP or GIF by its own bytes. */
export class UnsupportedImage extends Failure<UnsupportedImage>()("UnsupportedImage", 415, {}) {}

/** The image has no byte of the range that was asked for; `Content-Range` says how long it is. */
export class RangeNotSatisfiable extends Failure<RangeNotSatisfiable>()("RangeNotSatisfiable", 416, {}) {}

/** The key was used before, for another request. */
export class IdempotencyKeyReused extends Failure<IdempotencyKeyReused>()("IdempotencyKeyReused", 422, {}) {}

/** The image service will not do this, for what it asks for; nothing was charged. */
export class RequestRejected extends Failure<RequestRejected>()("RequestRejected", 422, {
  taskId: Schema.optionalKey(TaskId)
}) {}

/** More requests than this client or account may make; `retryAfter` in seconds. */
export class RateLimited extends Failure<RateLimited>()("RateLimited", 429, { retryAfter: Schema.Int }) {}

/** The account has as many tasks in flight as it may, which is `limit`; `retryAfter` in seconds. */
export class TooManyTasks extends Failure<TooManyTasks>()("TooManyTasks", 429, {
  limit: Schema.Int,
  retryAfter: Schema.Int
}) {}

/** The request's headers are beyond what this server takes. */
export class HeadersTooLarge extends Failure<HeadersTooLarge>()("HeadersTooLarge", 431, {}) {}

/** This server's own fault; nothing of it leaves the server. */
export class InternalError extends Failure<InternalError>()("InternalError", 500, {}) {}

/** The image service brought something that can't be used, or does not let this server in; nothing was charged. */
export class UpstreamFailed extends Failure<UpstreamFailed>()("UpstreamFailed", 502, {
  taskId: Schema.optionalKey(TaskId)
}) {}

/** The image is larger than this server passes on; `limit` in bytes. */
export class ImageTooLarge extends Failure<ImageTooLarge>()("ImageTooLarge", 502, {
  limit: Schema.Int
}) {}

/** The image service is busy or down; nothing was charged. `retryAfter` in seconds. */
export class UpstreamUnavailable extends Failure<UpstreamUnavailable>()("UpstreamUnavailable", 503, {
  taskId: Schema.optionalKey(TaskId),
  retryAfter: Schema.Int
}) {}

/** The books can't be reached; nothing was changed, or the next try with the same key will tell. `retryAfter` in seconds. */
export class QuotaUnavailable extends Failure<QuotaUnavailable>()("QuotaUnavailable", 503, {
  retryAfter: Schema.Int
}) {}

/** This server takes no requests at the moment, for these reasons. `retryAfter` in seconds. */
export class NotReady extends Failure<NotReady>()("NotReady", 503, {
  /** `store`: the books don't answer. `draining`: it is about to stop. */
  reasons: Schema.Array(Schema.Literals(["store", "draining"])),
  retryAfter: Schema.Int
}) {}

/** The image service did not answer in time; nothing was charged. */
export class UpstreamNotAnswering extends Failure<UpstreamNotAnswering>()("UpstreamNotAnswering", 504, {
  taskId: Schema.optionalKey(TaskId)
}) {}
