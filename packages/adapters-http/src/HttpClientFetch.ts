import { Effect, Stream } from "effect"
import { HttpBody, type HttpClientError, HttpClientRequest } from "effect/http"
import * as StreamHttpClient from "./StreamHttpClient.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"

type Content = Stream.Stream<Uint8Array, HttpClientError.HttpClientError>

export interface HttpClientFetch {
  readonly fetch: typeof globalThis.fetch
  /** The content of an answer that this `fetch` brought, if it was a good one. */
  readonly contentOf: (response: Response) => Content | undefined
}

/**
 * A `fetch` on the HttpClient for streams, for clients that want one and post texts. Its signal ends the wait for an
 * answer. A good answer has no body but its content beside it, which ends the line when nobody reads on: a Web stream in
 * between would cost more than the rest of the request. A failure has no more than 64 KiB of its body.
 */
export const make = Effect.gen(function* () {
  const client = yield* StreamHttpClient.client
  const context = yield* Effect.context<never>()
  const contents = new WeakMap<Response, Content>()

  const send = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
    const { headers, status, stream } = yield* client.execute(request)
    if (status < 200 || status >= 300) {
      const text = Stream.mkString(Stream.decodeText(Stream.limitBytes(stream, "64 KiB", () => Stream.empty)))
      return new Response(yield* Effect.orElseSucceed(text, () => ""), { status, headers: { ...headers } })
    }
    const response = new Response(null, { status })
    contents.set(response, stream)
    return response
  })

  return {
    fetch: (input, init) =>
      Effect.runPromiseWith(context)(
        UpstreamCalls.untraced(Effect.flatMap(requestOf(input, init), send)),
        init?.signal ? { signal: init.signal } : undefined
      ),
    contentOf: (response) => contents.get(response)
  } satisfies HttpClientFetch
})

const requestOf = (url: string | URL | Request, { body, headers }: RequestInit = {}) =>
  typeof url === "string" && typeof body === "string" && headers instanceof Headers
    ? Effect.succeed(HttpClientRequest.post(url, { headers, body: HttpBody.text(body, "application/json") }))
    : Effect.die(new TypeError("nothing but a text is posted here"))
