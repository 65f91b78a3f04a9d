import { Cause, Layer, Logger, References } from "effect"
import type { Settings } from "./Settings.ts"
import * as Discretion from "./telemetry/Discretion.ts"
import * as LogWriter from "./telemetry/LogWriter.ts"
import { line } from "./telemetry/PrettyLine.ts"

/** What is logged, and how: each entry is one line, and errors are shown without their words. */
export const layer = ({ LOG_FORMAT, LOG_LEVEL }: Pick<Settings, "LOG_FORMAT" | "LOG_LEVEL">) =>
  Layer.merge(
    Logger.layer([LogWriter.inGroups(discreet(LOG_FORMAT === "json" ? Logger.formatJson : line))]),
    Layer.succeed(References.MinimumLogLevel, LOG_LEVEL)
  )

const discreet = <Output>(logger: Logger.Logger<unknown, Output>) =>
  Logger.make<unknown, Output>(({ cause, message, ...entry }) => {
    const parts = Array.isArray(message) ? message : [message]
    return logger.log({
      ...entry,
      message: parts.filter((part) => typeof part === "string").join(" "),
      // An error that was logged as a part of the message is shown where a cause is.
      cause: parts
        .filter((part) => typeof part !== "string")
        .reduce(
          (causes, error) => Cause.combine(causes, Cause.fail(Discretion.ofError(error))),
          Discretion.ofCause(cause)
        )
    })
  })
