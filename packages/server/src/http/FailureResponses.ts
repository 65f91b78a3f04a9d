import { Cause, Effect, Schema } from "effect"
import { HttpRouter, HttpServerError, HttpServerRequest, HttpServerResponse, Multipart } from "effect/http"
import * as Failures from "../api/Failures.ts"
import { Wording } from "../api/Wording.ts"
import * as Problem from "./Problem.ts"
import { preferred, wording } from "../Messages.ts"

const AnyFailure = Schema.Union(Object.values(Failures))
type AnyFailure = typeof AnyFailure.Type

/**
 * Gives every failure, of whatever kind and wherever it arose, its status and the one failure body, worded in the
 * caller's language. What is not a documented failure is logged and leaves as `InternalError` without a word about it.
 */
export const layer = HttpRouter.middleware<{ handles: unknown }>()(
  (app) => {
    const answered = app.pipe(
      Effect.filterOrElse(isDocumented, (response) => respond(ofStatus(response.status))),
      Effect.catchCauseIf(
        (cause) => !Cause.hasInterruptsOnly(cause),
        (cause) => Effect.flatMap(ofCause(cause), respond)
      )
    )
    return Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Effect.provideService(answered, Wording, (tag) => wording(preferred(headers["accept-language"]), tag))
    )
  },
  { global: true }
)

/** A failure as a response, for routes outside the typed API. */
export const respond = (failure: AnyFailure) =>
  Effect.map(bodyOf(failure), (body) => HttpServerResponse.jsonUnsafe(body, { status: failure.code }))

/** A failure as it is sent. */
export const bodyOf = (failure: AnyFailure) => Effect.orDie(Schema.encodeEffect(AnyFailure)(failure))

/** The HTTP layer's own answers to what it can't serve are bare statuses. */
const isDocumented = (response: HttpServerResponse.HttpServerResponse) =>
  response.status < 400 || response.headers["content-type"] === "application/json"

const ofStatus = (status: number): AnyFailure => {
  switch (status) {
    case 413:
      return new Failures.PayloadTooLarge()
    case 415:
      return new Failures.UnsupportedMediaType()
    default:
      return new Failures.InternalError()
  }
}

const ofCause = (cause: Cause.Cause<unknown>): Effect.Effect<AnyFailure> => {
  const failure = ofError(Cause.squash(cause))
  return failure === undefined
    ? Effect.as(Effect.logError("request failed", cause), new Failures.InternalError())
    : Effect.succeed(failure)
}

/** The HTTP layer's own errors; undefined for one that says nothing of the request. */
const ofError = (error: unknown): AnyFailure | undefined => {
  if (error instanceof Failures.RequestTimeout) return error
  if (HttpServerError.isHttpServerError(error)) {
    if (error.reason._tag === "RouteNotFound") return new Failures.RouteNotFound()
    if (error.reason._tag === "RequestParseError") {
      return error.reason.reason === "BodyTooLarge" ? new Failures.PayloadTooLarge() : unreadable
    }
  }
  if (Multipart.isMultipartError(error)) {
    if (error.reason._tag === "Parse") return unreadable
    // A body that breaks off, comes no further, or is none is found out by what reads it.
    return error.reason._tag === "InternalError" ? ofError(error.reason.cause) : new Failures.PayloadTooLarge()
  }
  return undefined
}

const unreadable = Problem.refusal("", "unreadable")
