import { Effect, Schema, Stream } from "effect"
import type { EnhancementEvent } from "./PromptsApi.ts"

/** The prompt model failed on the way; `message` for people, `code` as the HTTP status that it would have been. */
export class EnhancementFailed extends Schema.TaggedError<EnhancementFailed>()("EnhancementFailed", {
  code: Schema.Int,
  message: Schema.String
}) {}

/** The stream ended before `[DONE]`: what came is not the whole of the improved prompt. */
export class EnhancementCutOff extends Schema.TaggedError<EnhancementCutOff>()("EnhancementCutOff", {}) {
  override get message() {
    return "The stream ended before the improved prompt did."
  }
}

/** The improved prompt, token by token, from the events that a typed client gets of `POST /api/prompts/enhance`. */
export const tokens = <E, R>(events: Stream.Stream<typeof EnhancementEvent.Type, E, R>) =>
  events.pipe(
    Stream.concat(Stream.fail(new EnhancementCutOff())),
    Stream.map(({ data }) => data),
    Stream.takeWhile((data) => data !== "[DONE]"),
    Stream.mapEffect((chunk) =>
      "error" in chunk
        ? Effect.fail(new EnhancementFailed(chunk.error))
        : Effect.succeed(chunk.choices[0].delta.content)
    )
  )
