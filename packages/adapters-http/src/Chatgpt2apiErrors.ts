import { LookUpError, Rejected, SubmitError, Unavailable, UnknownOutcome } from "@scnmnt/core/ports/ImageUpstream"
import { ReferenceImageUnreadable } from "@scnmnt/core/ReferenceImage"
import { type Cause, Option, Schema } from "effect"
import type { HttpClientError } from "effect/http"
import type { Answer, AnswerTooLong } from "./Chatgpt2apiClient.ts"

/** What an answer that is no task says about a submission. Only what is listed is certain not to have started it. */
export const submitErrorOfAnswer = ({ status, retryAfter }: Omit<Answer, "text">): SubmitError => {
  if (status >= 300 && status < 400) return rejected("access")
  switch (status) {
    case 400: // validation or moderation
    case 413:
    case 414:
    case 415:
    case 422:
      return rejected("request")
    case 401:
    case 403:
    case 404: // no task API at this address
    case 405:
    case 407:
      return rejected("access")
    case 429:
    case 503:
      return new SubmitError({ reason: new Unavailable({ retryAfter }) })
    default:
      return unknownOutcome
  }
}

/** A 2xx that can't be read, or is about another task. */
export const unknownOutcome = new SubmitError({ reason: new UnknownOutcome() })

/** What a request that brought no answer says about a submission. */
export const submitErrorOfFailure = (
  failure: HttpClientError.HttpClientError | Cause.TimeoutError | AnswerTooLong
): SubmitError => {
  switch (failure._tag) {
    case "TimeoutError":
    case "AnswerTooLong":
      return unknownOutcome
    case "HttpClientError":
      switch (failure.reason._tag) {
        case "EncodeError":
        case "InvalidUrlError":
          return notSent
        case "TransportError":
          return wasNotSent(failure.reason.cause) ? notSent : unknownOutcome
        case "DecodeError":
        case "EmptyBodyError":
        case "StatusCodeError":
          return unknownOutcome
      }
  }
}

/** A look-up says nothing unless it says everything: all that goes wrong is the same. */
export const lookUpError = new LookUpError()

const rejected = (because: Rejected["because"]) => new SubmitError({ reason: new Rejected({ because }) })

const notSent = new SubmitError({ reason: new Unavailable({}) })

/**
 * Whether the line was never there, or the upload was never whole (it is shorter than its Content-Length, so that the
 * upstream can't have taken it). Clients wrap these errors in others, and trying several addresses brings several.
 */
const wasNotSent = (cause: unknown): boolean => {
  if (isUnreadable(cause)) return true
  const error = Option.getOrUndefined(decodeSystemError(cause))
  if (error === undefined) return false
  const { code, syscall, errors, cause: inner } = error
  if (errors !== undefined) return errors.length > 0 && errors.every(wasNotSent)
  return (
    (code !== undefined && unconnected.has(code)) ||
    syscall === "connect" ||
    syscall === "getaddrinfo" ||
    (inner !== undefined && inner !== cause && wasNotSent(inner))
  )
}

const isUnreadable = Schema.is(ReferenceImageUnreadable)

const decodeSystemError = Schema.decodeUnknownOption(
  Schema.Struct({
    code: Schema.optional(Schema.String),
    syscall: Schema.optional(Schema.String),
    errors: Schema.optional(Schema.Array(Schema.Unknown)),
    cause: Schema.optional(Schema.Unknown)
  })
)

/** No address, nobody there, or nobody that TLS would talk to: all of them come before the first byte of a request. */
const unconnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_WRONG_VERSION_NUMBER"
])
