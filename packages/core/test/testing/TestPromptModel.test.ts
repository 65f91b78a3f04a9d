import { assert, describe, it } from "@effect/vitest"
import { PromptModel } from "@scnmnt/core/ports/PromptModel"
import { TestPromptModel } from "@scnmnt/core/testing/TestPromptModel"
import { Effect, Exit, Stream } from "effect"

const request = { instructions: "Improve.", text: "a fox", temperature: 1 }
const complete = PromptModel.use((model) => Stream.runCollect(model.complete(request)))

describe("TestPromptModel", () => {
  it.effect("gives its answers one by one, and dies when it has none", () =>
    Effect.gen(function* () {
      yield* TestPromptModel.use(({ nextAnswers }) => nextAnswers(Stream.make("a", "b"), Stream.make("c")))
      assert.deepStrictEqual(yield* complete, ["a", "b"])
      assert.deepStrictEqual(yield* complete, ["c"])
      assert.isTrue(Exit.hasDies(yield* Effect.exit(complete)))
      assert.deepStrictEqual(yield* TestPromptModel.use(({ requests }) => requests), [request, request, request])
    }).pipe(Effect.provide(TestPromptModel.layer))
  )
})
