import type { PlatformError } from "effect"

/** Why something can't be done with a file: in these words for a kind of failure, or else as the system says it. */
export const inWords = (
  { message, reason }: PlatformError.PlatformError,
  words: Partial<Readonly<Record<PlatformError.SystemErrorTag | "BadArgument", string>>> = {}
): string => words[reason._tag] ?? (reason.cause instanceof Error ? reason.cause.message : message)
