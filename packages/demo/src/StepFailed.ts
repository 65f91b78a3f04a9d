import { Effect, Predicate, Schema } from "effect"
import { CliError } from "effect/cli"

/** Something that the demo could not do, and why. */
export class StepFailed extends Schema.TaggedError<StepFailed>()("StepFailed", {
  step: Schema.String,
  why: Schema.String
}) {
  static because(step: string, cause: unknown) {
    return new StepFailed({ step, why: String(Predicate.hasProperty(cause, "message") ? cause.message : cause) })
  }

  override get [CliError.userMessage]() {
    return `Could not ${this.step}: ${this.why}`
  }
}

/** Says of whatever goes wrong in an effect which step it was. */
export const step =
  (name: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.mapError(effect, (cause) => StepFailed.because(name, cause))
