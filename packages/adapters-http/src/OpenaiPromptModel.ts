import { type CompletionRequest, PromptModel, PromptModelError } from "@scnmnt/core/ports/PromptModel"
import {
  type ByteSize,
  DateTime,
  type Duration,
  Effect,
  Exit,
  Layer,
  Random,
  Redacted,
  Semaphore,
  Stream
} from "effect"
import type { HttpClientError } from "effect/http"
import OpenAI from "openai"
import * as ChatFrames from "./ChatFrames.ts"
import { type Chatgpt2apiEndpoint, openaiBase } from "./Chatgpt2apiEndpoint.ts"
import * as HttpClientFetch from "./HttpClientFetch.ts"
import * as RetryAfter from "./RetryAfter.ts"
import * as TimeLimit from "./TimeLimit.ts"
import * as UpstreamCalls from "./UpstreamCalls.ts"
import * as UpstreamLog from "./UpstreamLog.ts"

export interface Options {
  readonly endpoint: Chatgpt2apiEndpoint
  /** The language model, such as `gpt-5.5`. */
  readonly model: string
  /** Until the first token with text in it is there, headers included: 90 seconds unless told. */
  readonly firstTokenTimeout?: Duration.Input
  /** After that, between two events, of text or not: 30 seconds unless told. */
  readonly silenceTimeout?: Duration.Input
}

/** Answers that come in at the same time. Who asks for one more hears at once that the model is busy. */
const mostAtOnce = 50

/** PromptModel on any upstream that speaks OpenAI's chat completions. */
export const layer = (options: Options) => Layer.effect(PromptModel, make(options))

const make = Effect.fnUntraced(function* ({ endpoint, model, firstTokenTimeout, silenceTimeout }: Options) {
  const { contentOf, fetch } = yield* HttpClientFetch.make
  const client = new OpenAI({
    baseURL: openaiBase(endpoint).href,
    apiKey: Redacted.value(endpoint.apiKey),
    // Said outright, or the client takes them from the environment.
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: "off",
    fetch
  })
  const log = UpstreamLog.make("enhance")
  const slots = yield* Semaphore.make(mostAtOnce)
  const limits: TimeLimit.Limits<ChatFrames.ChatFrame> = {
    first: firstTokenTimeout ?? "90 seconds",
    // Many send a delta of the role alone at once, and then think; others send empty ones meanwhile.
    begins: (frame) => frame._tag !== "Delta" || frame.text !== "" || frame.finishes,
    // After `[DONE]` only the body's end is missing. Who waits for it keeps the connection.
    after: (frame) => (frame._tag === "Done" ? "1 second" : (silenceTimeout ?? "30 seconds"))
  }

  return PromptModel.of({
    complete: (request) =>
      Stream.unwrap(open({ client, contentOf, log, model, slots }, request)).pipe(
        TimeLimit.onSilence(limits),
        ChatFrames.text,
        Stream.tapError(tell(log)),
        Stream.mapError((error) => (error._tag === "PromptModelError" ? error : unavailable)),
        Stream.onExit((exit) => (Exit.isSuccess(exit) ? log.success : Effect.void)),
        UpstreamCalls.observedStream("enhance", outcomeOf)
      )
  })
})

/** Why a stream ended too early; what was said before there was one has been told. */
const tell =
  (log: UpstreamLog.UpstreamLog) =>
  (error: PromptModelError | ChatFrames.ChatBroken | HttpClientError.HttpClientError | TimeLimit.Silence) => {
    switch (error._tag) {
      case "PromptModelError":
        return Effect.void
      case "ChatBroken":
        return log.brokenOff(error.reported)
      default:
        return log.failure(error)
    }
  }

interface Asking {
  readonly client: OpenAI
  readonly contentOf: HttpClientFetch.HttpClientFetch["contentOf"]
  readonly log: UpstreamLog.UpstreamLog
  readonly model: string
  readonly slots: Semaphore.Semaphore
}

/** Asks, and brings the frames of the answer. */
const open = Effect.fnUntraced(function* (
  { client, contentOf, log, model, slots }: Asking,
  request: CompletionRequest
) {
  const hasSlot = yield* Effect.acquireRelease(Semaphore.takeIfAvailable(slots, 1), (taken) =>
    taken ? Semaphore.release(slots, 1) : Effect.void
  )
  if (!hasSlot) {
    return yield* new PromptModelError({ because: "busy" })
  }
  // An upstream that caches answers identical bodies identically: to ask again is to ask for something new.
  const seed = yield* Random.nextIntBetween(0, 2 ** 31)
  const body = {
    model,
    stream: true as const,
    temperature: request.temperature,
    seed,
    messages: [
      { role: "system" as const, content: request.instructions },
      { role: "user" as const, content: request.text }
    ]
  }
  const headers = yield* UpstreamCalls.traceHeaders
  const response = yield* Effect.tryPromise({
    try: (signal) => client.chat.completions.create(body, { signal, headers }).asResponse(),
    catch: (error) =>
      error instanceof OpenAI.APIError ? error : new OpenAI.APIConnectionError({ message: String(error) })
  }).pipe(Effect.catch((error) => refuse(log, error)))
  const content = contentOf(response)
  if (content === undefined) {
    return yield* unavailable
  }
  return ChatFrames.read(
    Stream.limitBytes<HttpClientError.HttpClientError | ChatFrames.ChatBroken, never>(content, longest, () =>
      Stream.fail(new ChatFrames.ChatBroken({ reported: "longer than any prompt" }))
    )
  )
}, UpstreamCalls.span("enhance"))

const outcomeOf = ({ because }: PromptModelError): UpstreamCalls.Outcome =>
  because === "rejected" ? "rejected" : "unavailable"

/** Each token comes in a frame of some 300 bytes: this has room for more of them than a prompt may have. */
const longest: ByteSize.Input = "8 MiB"

/** Why there is no stream. A connection that failed has no status. */
const refuse = Effect.fnUntraced(function* (log: UpstreamLog.UpstreamLog, error: InstanceType<typeof OpenAI.APIError>) {
  if (error.status === undefined) {
    yield* log.failure(error)
    return yield* unavailable
  }
  const { status, headers } = error
  const retryAfter = RetryAfter.parse(headers?.get("retry-after") ?? undefined, yield* DateTime.now)
  yield* log.answer({ status, text: JSON.stringify(error.error ?? "") })
  switch (status) {
    case 400:
    case 422:
      return yield* new PromptModelError({ because: "rejected" })
    case 429:
      return yield* new PromptModelError({ because: "busy", retryAfter })
    default:
      return yield* unavailable
  }
})

const unavailable = new PromptModelError({ because: "unavailable" })
