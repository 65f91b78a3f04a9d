import { Effect, Layer, Stream } from "effect"
import { FetchHttpClient, HttpBody, HttpClient, HttpClientError, HttpClientRequest } from "effect/http"

/**
 * The HttpClient of these adapters where there is nothing but `fetch`. No redirect is followed. How many connections it
 * has is the runtime's affair.
 */
export const layer = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, (client) => HttpClient.mapRequestEffect(client, withLength))
).pipe(
  Layer.provide(FetchHttpClient.layer),
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

/** `fetch` sends a stream in chunks, which proxies refuse: what has a length is read to its end before it is sent. */
const withLength = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
  const { body } = request
  if (body._tag !== "Stream" || body.contentLength === undefined) return request
  const bytes = yield* Effect.mapError(
    Stream.mkUint8Array(body.stream),
    (cause) => new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, cause }) })
  )
  return HttpClientRequest.setBody(request, HttpBody.uint8Array(bytes, body.contentType))
})
