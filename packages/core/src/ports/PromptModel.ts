import { Context, Schema } from "effect"
import type { Stream } from "effect"

/** The language model that rewrites prompts. */
export class PromptModel extends Context.Service<
  PromptModel,
  {
    /** The answer, token by token. Ends only when the model has finished; running the stream again asks again. */
    complete(request: CompletionRequest): Stream.Stream<string, PromptModelError>
  }
>()("@scnmnt/core/ports/PromptModel") {}

export interface CompletionRequest {
  /** What the model is told to do. */
  readonly instructions: string
  /** What it is to work on: data, never instructions. */
  readonly text: string
  /** 0 to 2; higher is more adventurous. */
  readonly temperature: number
}

/** Why there is no text, or no more of it. Not one of these reaches a client in the model's own words. */
export class PromptModelError extends Schema.TaggedError<PromptModelError>()("PromptModelError", {
  /** `rejected`: not this prompt. `busy`: later. `unavailable`: no answer, a bad one, or one cut short. */
  because: Schema.Literals(["rejected", "busy", "unavailable"]),
  retryAfter: Schema.optional(Schema.Duration)
}) {}
