import {
  Gone,
  type ImageContent,
  ImageSource,
  ImageSourceError,
  Refused,
  Unreachable
} from "@scnmnt/core/ports/ImageSource"
import { ImageLocation } from "@scnmnt/core/ports/ImageUpstream"
import { type Duration, Effect, Layer, Option, Result, Stream } from "effect"
import { Base64 } from "effect/encoding"
import { HttpClient, type HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { Chatgpt2apiEndpoint } from "./Chatgpt2apiEndpoint.ts"
import * as ImageAddress from "./ImageAddress.ts"
import * as TimeLimit from "./TimeLimit.ts"

export interface Options {
  readonly endpoint: Chatgpt2apiEndpoint
  /** Origins that images may come from besides the upstream's own: none unless told. */
  readonly furtherOrigins?: ImageAddress.FurtherOrigins
  /** Until an image's headers are there: 15 seconds unless told. */
  readonly headersTimeout?: Duration.Input
  /** Between two chunks of an image: 15 seconds unless told. */
  readonly silenceTimeout?: Duration.Input
}

/** ImageSource over HTTP, from the upstream and the origins that it is allowed to name; base64 as well. */
export const layer = (options: Options) => Layer.effect(ImageSource, make(options))

const make = Effect.fnUntraced(function* (options: Options) {
  const client = HttpClient.withScope(yield* HttpClient.HttpClient)
  return ImageSource.of({
    open: ImageLocation.match({
      Address: ({ url }) => openUrl(client, options, url),
      Inline: ({ base64 }) => openBase64(base64)
    })
  })
})

const openUrl = Effect.fnUntraced(function* (client: ScopedClient, options: Options, url: string) {
  const { root, apiKey } = options.endpoint
  const address = Option.getOrUndefined(ImageAddress.resolve(url, root, options.furtherOrigins ?? []))
  if (address === undefined) {
    return yield* refused
  }
  const request = HttpClientRequest.get(address.url)
  const response = yield* client.execute(address.own ? HttpClientRequest.bearerToken(request, apiKey) : request).pipe(
    // Who paints an image is not told which of our requests asks for it.
    Effect.provideService(HttpClient.TracerPropagationEnabled, false),
    Effect.timeout(options.headersTimeout ?? "15 seconds"),
    Effect.mapError(() => unreachable)
  )
  const error = errorOfStatus(response.status)
  if (error !== undefined) {
    return yield* error
  }
  const silence = options.silenceTimeout ?? "15 seconds"
  return {
    length: lengthOf(response),
    bytes: response.stream.pipe(
      Stream.mapError(() => unreachable),
      TimeLimit.onSilence({ first: silence, after: () => silence }, () => unreachable)
    )
  } satisfies ImageContent
})

type ScopedClient = ReturnType<typeof HttpClient.withScope<HttpClientError.HttpClientError, never>>

/** Redirects are not followed: they would lead wherever their sender likes. */
const errorOfStatus = (status: number): ImageSourceError | undefined => {
  if (status === 200) return undefined
  if (status >= 300 && status < 400) return refused
  return status === 404 || status === 410 ? gone : unreachable
}

/** The length on the wire is not the image's where the wire's coding is another. */
const lengthOf = ({ headers }: HttpClientResponse.HttpClientResponse): number | undefined => {
  const length = headers["content-length"]
  return length !== undefined && /^\d{1,15}$/.test(length) && headers["content-encoding"] === undefined
    ? Number(length)
    : undefined
}

const openBase64 = (base64: string): Effect.Effect<ImageContent, ImageSourceError> => {
  const bytes = Result.getOrUndefined(Base64.decode(base64.replace(/^data:[^,]*,/, "").trim()))
  return bytes === undefined || bytes.length === 0
    ? Effect.fail(refused)
    : Effect.succeed({ length: bytes.length, bytes: Stream.make(bytes) })
}

const gone = new ImageSourceError({ reason: new Gone() })
const refused = new ImageSourceError({ reason: new Refused() })
const unreachable = new ImageSourceError({ reason: new Unreachable() })
