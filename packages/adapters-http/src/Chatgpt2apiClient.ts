import { ByteSize, DateTime, type Duration, Effect, Schema, Stream } from "effect"
import {
  type Headers,
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse,
  HttpIncomingMessage
} from "effect/http"
import type { Chatgpt2apiEndpoint } from "./Chatgpt2apiEndpoint.ts"
import * as RetryAfter from "./RetryAfter.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"

/** What the task API answered, read to its end. */
export interface Answer {
  readonly status: number
  readonly retryAfter: Duration.Duration | undefined
  readonly text: string
}

/** The answer is longer than 32 MiB. */
export class AnswerTooLong extends Schema.TaggedError<AnswerTooLong>()("AnswerTooLong", {}) {}

/** Room for several images in base64 (a task's is 2 to 10 MB); look-ups that need more are asked for in halves. */
const answerLimit = ByteSize.mebibytes(32)

export type Chatgpt2apiClient = Effect.Success<ReturnType<typeof make>>

/** Sends requests to the task API with its key, each within its time limit. */
export const make = ({ apiKey }: Chatgpt2apiEndpoint) =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const authorised = client.pipe(
      HttpClient.mapRequest(HttpClientRequest.bearerToken(apiKey)),
      HttpClient.mapRequest(HttpClientRequest.acceptJson)
    )
    return {
      send: (request: HttpClientRequest.HttpClientRequest, limit: Duration.Input) =>
        UpstreamCalls.traceHeaders.pipe(
          Effect.flatMap((headers) => authorised.execute(HttpClientRequest.setHeaders(request, headers))),
          Effect.tap(({ status }) => Effect.annotateCurrentSpan("http.response.status_code", status)),
          Effect.flatMap(read),
          UpstreamCalls.untraced,
          Effect.timeout(limit)
        )
    }
  })

const read = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
  const { status, headers } = response
  const text = isShort(headers) ? wholeText(response) : textWithinLimit(response)
  if (status >= 200 && status < 300) {
    return { status, retryAfter: undefined, text: yield* text } satisfies Answer
  }
  const retryAfter = RetryAfter.parse(headers["retry-after"], yield* DateTime.now)
  // A refusal stands by its status: what it says beside that is for the log.
  return { status, retryAfter, text: yield* Effect.orElseSucceed(text, () => "") } satisfies Answer
})

/** What says its length can't be longer, unless it is unpacked. Read at once it takes half the time that pieces take. */
const isShort = (headers: Headers.Headers) =>
  Number(headers["content-length"]) <= answerLimit && headers["content-encoding"] === undefined

/** The limit on this process' own requests, within which this one may be sent, is none for the upstream's answers. */
const wholeText = ({ text }: HttpClientResponse.HttpClientResponse) =>
  Effect.provideService(text, HttpIncomingMessage.MaxBodySize, answerLimit)

const textWithinLimit = ({ stream }: HttpClientResponse.HttpClientResponse) =>
  stream.pipe(
    Stream.limitBytes<HttpClientError.HttpClientError | AnswerTooLong, never>(answerLimit, () =>
      Stream.fail(new AnswerTooLong())
    ),
    Stream.decodeText,
    Stream.mkString
  )
