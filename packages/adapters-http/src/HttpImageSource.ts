import * as ImagePart from "@scnmnt/core/ImagePart"
import {
  Gone,
  type ImageContent,
  ImageSource,
  ImageSourceError,
  Refused,
  Unreachable
} from "@scnmnt/core/ports/ImageSource"
import { ImageLocation } from "@scnmnt/core/ports/ImageUpstream"
import { type Cause, Duration, Effect, Layer, Option, Schema, type Scope, Stream } from "effect"
import { HttpClient, type HttpClientError, HttpClientRequest } from "effect/http"
import * as Base64Bytes from "./Base64Bytes.ts"
import type { Chatgpt2apiEndpoint } from "./Chatgpt2apiEndpoint.ts"
import * as ContentRange from "./ContentRange.ts"
import * as ImageAddress from "./ImageAddress.ts"
import { AddressNotPublic, PublicHttpClient } from "./PublicHttpClient.ts"
import * as StreamHttpClient from "./StreamHttpClient.ts"
import * as TimeLimit from "./TimeLimit.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"
import * as UpstreamLog from "./UpstreamLog.ts"

export interface Options {
  readonly endpoint: Chatgpt2apiEndpoint
  /** Origins that images may come from besides the upstream's own: none unless told. */
  readonly furtherOrigins?: ImageAddress.FurtherOrigins
  /** Until an image's headers are there: 15 seconds unless told. */
  readonly headersTimeout?: Duration.Input
  /** Between two chunks of an image: 15 seconds unless told. */
  readonly silenceTimeout?: Duration.Input
}

/** Images may come from any public origin, and this runtime has no PublicHttpClient to keep them to public ones. */
export class PublicOriginsUnsupported extends Schema.TaggedError<PublicOriginsUnsupported>()(
  "PublicOriginsUnsupported",
  {}
) {}

/** ImageSource over HTTP, from the upstream and the origins that it is allowed to name; base64 as well. */
export const layer = (options: Options) => Layer.effect(ImageSource, make(options))

const make = Effect.fnUntraced(function* (options: Options) {
  const visit = { options, clients: yield* clientsFor(options), log: UpstreamLog.make("image") }
  return ImageSource.of({
    open: (location, range) =>
      ImageLocation.match(location, {
        Address: ({ url }) => openUrl(visit, url, range),
        Inline: ({ base64 }) => openBase64(base64, range)
      })
  })
})

interface Visit {
  readonly options: Options
  readonly clients: Record<ImageAddress.Standing, ScopedClient | undefined>
  readonly log: UpstreamLog.UpstreamLog
}

type ScopedClient = ReturnType<typeof HttpClient.withScope<HttpClientError.HttpClientError, never>>

/** Only the upstream is shown the key. It, and what the operator's list names, may well stand in a private network. */
const clientsFor = Effect.fnUntraced(function* ({ endpoint, furtherOrigins }: Options) {
  const client = HttpClient.withScope(yield* StreamHttpClient.client)
  const guarded = furtherOrigins?.includes("*") === true ? yield* PublicHttpClient : undefined
  if (furtherOrigins?.includes("*") === true && guarded === undefined) {
    return yield* new PublicOriginsUnsupported()
  }
  return {
    own: HttpClient.mapRequest(client, HttpClientRequest.bearerToken(endpoint.apiKey)),
    listed: client,
    public: guarded && HttpClient.withScope(guarded)
  } satisfies Visit["clients"]
})

const outcomeOf = ({ reason }: ImageSourceError): UpstreamCalls.Outcome =>
  reason._tag === "Unreachable" ? "unavailable" : "rejected"

/** A part that is not the one asked for is no answer: then the whole is asked for. */
const openUrl: (
  visit: Visit,
  url: string,
  range?: ImagePart.ByteRange
) => Effect.Effect<ImageContent, ImageSourceError, Scope.Scope> = Effect.fnUntraced(
  function* (visit, url, range) {
    const response = yield* send(visit, url, range)
    yield* Effect.annotateCurrentSpan("http.response.status_code", response.status)
    yield* visit.log.answer({ status: response.status, text: "" })
    const error = errorOfStatus(response.status, range)
    if (error !== undefined) {
      return yield* error
    }
    const part = response.status === 206 && range ? ContentRange.partOf(response.headers, range) : undefined
    if (response.status === 206 && part === undefined) {
      return yield* openUrl(visit, url)
    }
    const silence = Duration.fromInputUnsafe(visit.options.silenceTimeout ?? "15 seconds")
    return {
      length: ContentRange.lengthOf(response.headers),
      part,
      bytes: response.stream.pipe(
        TimeLimit.onSilence({ first: silence, after: () => silence }),
        Stream.tapError(visit.log.failure),
        Stream.mapError(() => unreachable)
      )
    }
  },
  UpstreamCalls.observed("image", outcomeOf)
)

const send = Effect.fnUntraced(function* (
  { clients, log, options }: Visit,
  url: string,
  range: ImagePart.ByteRange | undefined
) {
  const address = Option.getOrUndefined(ImageAddress.resolve(url, options.endpoint.root, options.furtherOrigins ?? []))
  const client = address && clients[address.standing]
  if (address === undefined || client === undefined) {
    return yield* refused
  }
  const headers = { "accept-encoding": "identity", ...(range && { range: `bytes=${range.first}-${range.last}` }) }
  return yield* client.get(address.url, { headers }).pipe(
    UpstreamCalls.untraced,
    Effect.timeout(options.headersTimeout ?? "15 seconds"),
    Effect.tapError((error) => (isNotPublic(error) ? Effect.void : log.failure(error))),
    Effect.mapError((error) => (isNotPublic(error) ? refused : unreachable))
  )
})

const isNotPublic = (error: HttpClientError.HttpClientError | Cause.TimeoutError): boolean =>
  error._tag === "HttpClientError" &&
  error.reason._tag === "TransportError" &&
  error.reason.cause instanceof AddressNotPublic

/** Redirects are not followed: they would lead wherever their sender likes. */
const errorOfStatus = (status: number, range: ImagePart.ByteRange | undefined): ImageSourceError | undefined => {
  if (status === 200 || (status === 206 && range !== undefined)) return undefined
  if (status >= 300 && status < 400) return refused
  return status === 404 || status === 410 ? gone : unreachable
}

const openBase64 = (base64: string, range?: ImagePart.ByteRange): Effect.Effect<ImageContent, ImageSourceError> =>
  Option.match(Base64Bytes.lengthOf(base64), {
    onNone: () => Effect.fail(refused),
    onSome: (total) => {
      const part = range && ImagePart.within(ImagePart.WantedPart.From(range), total)
      const wanted = part ?? { first: 0, last: total - 1 }
      return Effect.succeed({
        length: ImagePart.size(wanted),
        part,
        bytes: Stream.mapError(Base64Bytes.read(base64, wanted), () => refused)
      })
    }
  })

const gone = new ImageSourceError({ reason: new Gone() })
const refused = new ImageSourceError({ reason: new Refused() })
const unreachable = new ImageSourceError({ reason: new Unreachable() })
