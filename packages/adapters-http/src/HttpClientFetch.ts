import { Effect, Stream } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import * as StreamHttpClient from "./StreamHttpClient.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"

/**
 * A `fetch` on the HttpClient for streams, for clients that want one. Its signal ends the wait for headers; after them,
 * cancelling the body ends the line. The body of a failure is read to its end by such clients themselves: they get no
 * more than 64 KiB of it.
 */
export const make = Effect.gen(function* () {
  const client = yield* StreamHttpClient.client
  const context = yield* Effect.context<never>()

  const send = Effect.fnUntraced(function* (request: Request) {
    const body = new Uint8Array(yield* Effect.promise(() => request.arrayBuffer()))
    const contentType = request.headers.get("content-type") ?? undefined
    const response = yield* client.execute(
      HttpClientRequest.setBody(HttpClientRequest.fromWeb(request), HttpBody.uint8Array(body, contentType))
    )
    const content =
      response.status < 400 ? response.stream : Stream.limitBytes(response.stream, "64 KiB", () => Stream.empty)
    return new Response(yield* Stream.toReadableStreamEffect(content), {
      status: response.status,
      headers: { ...response.headers }
    })
  })

  const fetch: typeof globalThis.fetch = (input, init) =>
    Effect.runPromiseWith(context)(
      UpstreamCalls.untraced(send(new Request(input, init))),
      init?.signal ? { signal: init.signal } : undefined
    )
  return fetch
})
