import { Context, Schema } from "effect"
import { commaSeparated } from "./CommaSeparated.ts"

/** What is counted over time: for each client address every request and some kinds of them, for each account what it asks for. */
const policies = ["all", "generate", "enhance", "check-in", "account-generate", "account-check-in"] as const
export type RatePolicy = (typeof policies)[number]

/**
 * What is counted while it lasts: for each client address its requests that are being answered, and the enhancements among
 * them; for each account its tasks.
 */
const caps = ["in-flight", "enhance-in-flight", "account-tasks"] as const
export type Cap = (typeof caps)[number]

/** So many requests at once, which come back evenly over the window. */
export interface Rate {
  readonly requests: number
  /** In seconds. */
  readonly window: number
}

/** One that is missing has no limit. */
export type RateLimits = Readonly<Partial<Record<RatePolicy, Rate> & Record<Cap, number>>>

/** In force by itself are no limits; the configuration brings its own. */
export const RateLimits = Context.Reference<RateLimits>("@scnmnt/server/doors/RateLimits", {
  defaultValue: () => ({})
})

const Positive = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThan(0))
const unit = { second: 1, minute: 60, hour: 3600, day: 86_400 }
const Unit = Schema.Literals(["second", "minute", "hour", "day"])

const Limit = Schema.Union([
  Schema.TemplateLiteralParser([Schema.Literals(policies), "=", Positive, "/", Unit]),
  Schema.TemplateLiteralParser([Schema.Literals([...policies, ...caps]), "=", "off"]),
  Schema.TemplateLiteralParser([Schema.Literals(caps), "=", Positive])
])
type Limit = typeof Limit.Type

/** `off`, or limits such as `generate=30/minute,account-tasks=5,enhance=off`; those that are not named are as by default. */
export const FromString = Schema.Union([Schema.Literal("off"), commaSeparated(Limit)])

/**
 * Generous: what a person with a few tabs, or an office behind one address, never meets. Its hundred people may each have
 * two tasks to follow at the same moment; an enhancement takes seconds, and the image service answers 50 of them at once.
 */
export const defaults =
  "all=3000/minute,generate=120/minute,enhance=120/minute,check-in=60/minute,account-generate=60/minute,account-check-in=30/minute,in-flight=256,enhance-in-flight=8,account-tasks=20"

/** The limits that a configuration means. */
export const ofSetting = (setting: typeof FromString.Type): RateLimits =>
  setting === "off" ? {} : [...Schema.decodeSync(commaSeparated(Limit))(defaults), ...setting].reduce(withLimit, {})

const withLimit = (limits: RateLimits, limit: Limit): RateLimits => {
  const { [limit[0]]: _, ...others } = limits
  if (limit.length === 5) return { ...others, [limit[0]]: { requests: limit[2], window: unit[limit[4]] } }
  return limit[2] === "off" ? others : { ...others, [limit[0]]: limit[2] }
}
