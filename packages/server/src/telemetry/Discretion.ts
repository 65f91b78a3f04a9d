import { Cause, Predicate } from "effect"

/**
 * An error without its words: what kind it is, its code, and where it was thrown. Parsers and databases quote in their
 * messages what they were given, and that can be a prompt or an account.
 */
export const ofError = (error: unknown): Error => describe(error, 0)

const describe = (error: unknown, depth: number): Error => {
  const cause = depth < deepest ? causeOf(error) : undefined
  const discreet = new Error(codesOf(error), cause === undefined ? {} : { cause: describe(cause, depth + 1) })
  discreet.name = nameOf(error)
  const head = discreet.message === "" ? discreet.name : `${discreet.name} ${discreet.message}`
  discreet.stack = [head, ...framesOf(error)].join("\n")
  return discreet
}

/** The same of all that is in a cause. */
export const ofCause = (cause: Cause.Cause<unknown>): Cause.Cause<Error> =>
  Cause.fromReasons(
    cause.reasons.map((reason) => {
      if (Cause.isFailReason(reason)) return Cause.makeFailReason(ofError(reason.error))
      return Cause.isDieReason(reason) ? Cause.makeDieReason(ofError(reason.defect)) : reason
    })
  )

const nameOf = (error: unknown): string => {
  if (Predicate.hasProperty(error, "_tag") && typeof error._tag === "string") return error._tag
  return error instanceof Error ? error.name : typeof error
}

/** Such as `ECONNREFUSED`, or SQLite's numbers. */
const codesOf = (error: unknown): string =>
  ["code", "errcode", "syscall"]
    .map((key) => (Predicate.hasProperty(error, key) ? String(error[key]) : ""))
    .filter((code) => /^\w{1,40}$/.test(code))
    .join(" ")

/** What stands before the first of them is the message, which may look like one. */
const framesOf = (error: unknown): ReadonlyArray<string> =>
  error instanceof Error
    ? (error.stack ?? "")
        .replace(error.message, "")
        .split("\n")
        .filter((line) => /^\s+at /.test(line))
    : []

/** Effect's own errors say why in `reason`, others in `cause`. */
const causeOf = (error: unknown) =>
  ["reason", "cause"].flatMap((key) =>
    Predicate.hasProperty(error, key) && Predicate.isObject(error[key]) ? [error[key]] : []
  )[0]

/** Errors can be their own causes. */
const deepest = 4
