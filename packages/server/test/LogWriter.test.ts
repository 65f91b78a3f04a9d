import { assert, describe, it } from "@effect/vitest"
import * as LogWriter from "../src/telemetry/LogWriter.ts"
import { Console, Effect, Exit, Layer, Logger, Scope } from "effect"

describe("lines of the log", () => {
  it.effect("that come in one turn of the event loop are written together, after it", () =>
    Effect.gen(function* () {
      const { log, writes } = yield* written
      yield* log(Effect.andThen(Effect.log("one"), Effect.log("two")))
      assert.deepStrictEqual(writes, [])
      yield* nextTurn
      assert.deepStrictEqual(writes, ["one\ntwo"])
      yield* log(Effect.log("three"))
      yield* nextTurn
      assert.deepStrictEqual(writes, ["one\ntwo", "three"])
    })
  )

  it.effect("that tell of trouble are written at once, with those before them", () =>
    Effect.gen(function* () {
      const { log, writes } = yield* written
      yield* log(Effect.andThen(Effect.log("one"), Effect.logWarning("two")))
      assert.deepStrictEqual(writes, ["one\ntwo"])
      yield* nextTurn
      assert.deepStrictEqual(writes, ["one\ntwo"])
    })
  )

  it.effect("are not lost at the end, nor after it", () =>
    Effect.gen(function* () {
      const { end, log, writes } = yield* written
      yield* log(Effect.log("one"))
      yield* end
      assert.deepStrictEqual(writes, ["one"])
      yield* log(Effect.log("two"))
      assert.deepStrictEqual(writes, ["one", "two"])
    })
  )
})

/** A writer whose end can be brought about, and all that it has written. */
const written = Effect.gen(function* () {
  const writes: Array<string> = []
  const console = { ...globalThis.console, log: (lines: string) => void writes.push(lines) }
  const scope = yield* Scope.make()
  const layer = Logger.layer([LogWriter.inGroups(Logger.make(({ message }) => String(message)))])
  const loggers = yield* Layer.buildWithScope(layer, scope).pipe(Effect.provideService(Console.Console, console))
  return {
    writes,
    end: Scope.close(scope, Exit.void),
    log: (lines: Effect.Effect<void>) => Effect.provideContext(lines, loggers)
  }
})

const nextTurn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
