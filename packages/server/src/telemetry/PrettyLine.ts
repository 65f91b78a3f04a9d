import { Logger, References } from "effect"
import * as Cause from "effect/Cause"

/** An entry as people read it, on one line; an error's stack goes below it. */
export const line = Logger.make(({ cause, date, fiber, logLevel, message }) => {
  const time = date.toISOString().slice(11, 23)
  const annotations = Object.entries(fiber.getRef(References.CurrentLogAnnotations)).map(
    ([name, value]) => ` ${name}=${shown(value)}`
  )
  const stacks = cause.reasons.length === 0 ? "" : `\n${Cause.pretty(cause)}`
  return `${time} ${logLevel.toUpperCase().padEnd(5)} ${String(message)}${annotations.join("")}${stacks}`
})

/** What would be taken for several words, or lines, is quoted. */
const shown = (value: unknown) => (/^[^\s"]+$/.test(String(value)) ? String(value) : JSON.stringify(value))
