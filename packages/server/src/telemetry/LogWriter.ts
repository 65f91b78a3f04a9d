import { Console, Effect, LogLevel, Logger } from "effect"

/**
 * Writes lines to the console, those of one turn of the event loop together: each write is a system call, and a request
 * is answered before its line is written. A line that tells of trouble is written at once with those before it, in case
 * it is the last one, and so is every line once the scope has ended.
 */
export const inGroups = (logger: Logger.Logger<unknown, string>) =>
  Effect.gen(function* () {
    const console = yield* Console.Console
    let lines: Array<string> = []
    let isEnding = false
    const write = () => {
      if (lines.length === 0) return
      console.log(lines.join("\n"))
      lines = []
    }
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        isEnding = true
        write()
      })
    )
    return Logger.make<unknown, void>((entry) => {
      lines.push(logger.log(entry))
      if (isEnding || LogLevel.isGreaterThanOrEqualTo(entry.logLevel, "Warn")) write()
      else if (lines.length === 1) entry.fiber.currentDispatcher.scheduleTask(write, 0)
    })
  })
