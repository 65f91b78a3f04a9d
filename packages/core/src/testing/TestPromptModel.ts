import { Context, Effect, Layer, Option, Queue, Stream } from "effect"
import { type CompletionRequest, PromptModel, type PromptModelError } from "../ports/PromptModel.ts"

/** A language model that says what it was told to. Asked without an answer at hand, it dies. */
export class TestPromptModel extends Context.Service<
  TestPromptModel,
  {
    /** What the next completions are, one each. */
    nextAnswers(...answers: ReadonlyArray<Stream.Stream<string, PromptModelError>>): Effect.Effect<void>
    /** Every request so far, the earliest first. */
    readonly requests: Effect.Effect<ReadonlyArray<CompletionRequest>>
    /** How many answers are being read now. */
    readonly openAnswers: Effect.Effect<number>
  }
>()("@scnmnt/core/testing/TestPromptModel") {
  /** The port and its handle, on one memory. */
  static readonly layer: Layer.Layer<PromptModel | TestPromptModel> = Layer.effectContext(
    Effect.gen(function* () {
      const answers = yield* Queue.unbounded<Stream.Stream<string, PromptModelError>>()
      const requests: Array<CompletionRequest> = []
      let openAnswers = 0
      const line = Effect.acquireRelease(
        Effect.sync(() => openAnswers++),
        () => Effect.sync(() => openAnswers--)
      )
      const answer = Effect.fnUntraced(function* (request: CompletionRequest) {
        requests.push(request)
        const answer = yield* Queue.poll(answers)
        if (Option.isNone(answer)) {
          return yield* Effect.die(new Error(`no test has an answer to ${JSON.stringify(request.text)}`))
        }
        yield* line
        return answer.value
      })
      return Context.make(PromptModel, {
        complete: (request) => Stream.unwrap(answer(request))
      }).pipe(
        Context.add(TestPromptModel, {
          nextAnswers: (...next) => Queue.offerAll(answers, next),
          requests: Effect.sync(() => [...requests]),
          openAnswers: Effect.sync(() => openAnswers)
        })
      )
    })
  )
}
