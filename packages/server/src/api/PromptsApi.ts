import { EnhanceDirection } from "@scnmnt/core/EnhanceDirection"
import { Prompt } from "@scnmnt/core/Prompt"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import * as Failures from "./Failures.ts"

/** A prompt to improve. */
export const EnhanceJson = Schema.Struct({
  prompt: Prompt.pipe(
    Schema.annotateEncoded({
      description: "The prompt to improve: 1 to 32,000 characters after the space around them is trimmed."
    })
  ),
  direction: EnhanceDirection.annotate({
    description:
      "`details` fills in what the prompt leaves open; `creative` makes it more imaginative. Both keep to its subject."
  })
}).annotate({ identifier: "EnhanceJson" })

/** A part of the improved prompt, in OpenAI's chunk form, or the failure that ended it. */
export const EnhancementChunk = Schema.Union([
  Schema.Struct({
    choices: Schema.Tuple([Schema.Struct({ delta: Schema.Struct({ content: Schema.String }) })])
  }),
  Schema.Struct({ error: Schema.Struct({ message: Schema.String, code: Schema.Int }) })
])

/** One event of the improved prompt; the last is `[DONE]`, without which the stream was cut off. */
export const EnhancementEvent = Schema.Struct({
  data: Schema.Union([Schema.Literal("[DONE]"), Schema.fromJsonString(EnhancementChunk)])
})

/** Better prompts. */
export class PromptsApi extends HttpApiGroup.make("prompts")
  .add(
    HttpApiEndpoint.post("enhance", "/enhance", {
      payload: EnhanceJson,
      success: HttpApiSchema.StreamSse({ events: EnhancementEvent }),
      error: [
        Failures.UnsupportedMediaType,
        Failures.RequestRejected,
        Failures.UpstreamFailed,
        Failures.UpstreamUnavailable
      ]
    }).annotateMerge(
      OpenApi.annotations({
        identifier: "enhancePrompt",
        summary: "Improve a prompt as an event stream",
        description:
          "Server-sent events in the form of OpenAI's chat completion chunks, so that their clients can read them: the improved prompt, piece by piece, then `[DONE]`. A failure before the first piece is an HTTP error; a later one is an event with `error`. Comments keep the connection alive. It costs no credit."
      })
    )
  )
  .prefix("/api/prompts")
  .annotateMerge(OpenApi.annotations({ description: "Better prompts." })) {}
