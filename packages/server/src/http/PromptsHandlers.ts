import * as PromptEnhancement from "@scnmnt/core/PromptEnhancement"
import type { PromptModelError } from "@scnmnt/core/ports/PromptModel"
import { Effect, Stream } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../api/Api.ts"
import * as Failures from "../api/Failures.ts"
import type { EnhancementChunk } from "../api/PromptsApi.ts"
import { Wording } from "../api/Wording.ts"
import * as EventStream from "./EventStream.ts"
import { upstreamUnavailable } from "./RetryAfter.ts"

export const layer = HttpApiBuilder.group(Api, "prompts", (handlers) =>
  handlers.handle("enhance", ({ payload }) =>
    PromptEnhancement.enhance(payload.prompt, payload.direction).pipe(
      Effect.flatMap(streamed),
      Effect.catchTag("PromptModelError", failureOf)
    )
  )
)

const failureOf = Effect.fnUntraced(function* ({ because, retryAfter }: PromptModelError) {
  switch (because) {
    case "rejected":
      return yield* new Failures.RequestRejected()
    case "busy":
      return yield* upstreamUnavailable(retryAfter)
    case "unavailable":
      return yield* new Failures.UpstreamFailed()
  }
})

/** The text in the form that OpenAI's clients read. A failure on the way is its last event before the end. */
const streamed = Effect.fnUntraced(function* (text: Stream.Stream<string, PromptModelError>) {
  const word = yield* Wording
  const events = text.pipe(
    Stream.map((content) => event({ choices: [{ delta: { content } }] })),
    Stream.catch(() => Stream.make(event({ error: { message: word("UpstreamFailed"), code: 502 } }))),
    Stream.concat(Stream.make("data: [DONE]\n\n"))
  )
  return yield* EventStream.respond(events, { kind: "enhancement", endsAtShutdown: false })
})

const event = (data: typeof EnhancementChunk.Type) => `data: ${JSON.stringify(data)}\n\n`
