import { Layer, Logger, References } from "effect"
import type { Settings } from "./Settings.ts"

/** What is logged, and how. */
export const layer = ({ LOG_FORMAT, LOG_LEVEL }: Pick<Settings, "LOG_FORMAT" | "LOG_LEVEL">) =>
  Layer.merge(
    Logger.layer([LOG_FORMAT === "json" ? Logger.consoleJson : Logger.consolePretty()]),
    Layer.succeed(References.MinimumLogLevel, LOG_LEVEL)
  )
