import { Context, Schema } from "effect"
import { commaSeparated } from "./CommaSeparated.ts"

/** What is counted: for each client address every request and some kinds of them, for each account what it asks for. */
const policies = ["all", "generate", "enhance", "check-in", "account-generate", "account-check-in"] as const
export type RatePolicy = (typeof policies)[number]

/** So many requests at once, which come back evenly over the window. */
export interface Rate {
  readonly requests: number
  /** In seconds. */
  readonly window: number
}

export interface RateLimits {
  /** One that is missing has no limit. */
  readonly rates: Readonly<Partial<Record<RatePolicy, Rate>>>
  /** Tasks that an account may have in flight. */
  readonly accountTasks: number
}

/** In force by itself are no limits; the configuration brings its own. */
export const RateLimits = Context.Reference<RateLimits>("@scnmnt/server/doors/RateLimits", {
  defaultValue: () => unlimited
})

const unlimited: RateLimits = { rates: {}, accountTasks: Infinity }

const Positive = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThan(0))
const unit = { second: 1, minute: 60, hour: 3600, day: 86_400 }
const Unit = Schema.Literals(["second", "minute", "hour", "day"])

const Limit = Schema.Union([
  Schema.TemplateLiteralParser([Schema.Literals(policies), "=", Positive, "/", Unit]),
  Schema.TemplateLiteralParser([Schema.Literals([...policies, "account-tasks"]), "=", "off"]),
  Schema.TemplateLiteralParser(["account-tasks", "=", Positive])
])
type Limit = typeof Limit.Type

/** `off`, or limits such as `generate=30/minute,account-tasks=5,enhance=off`; those that are not named are as by default. */
export const FromString = Schema.Union([Schema.Literal("off"), commaSeparated(Limit)])

/** Generous: what a person with a few tabs, or a small office behind one address, never meets. */
export const defaults =
  "all=3000/minute,generate=120/minute,enhance=120/minute,check-in=60/minute,account-generate=60/minute,account-check-in=30/minute,account-tasks=20"

/** The limits that a configuration means. */
export const ofSetting = (setting: typeof FromString.Type): RateLimits =>
  setting === "off"
    ? unlimited
    : [...Schema.decodeSync(commaSeparated(Limit))(defaults), ...setting].reduce(withLimit, unlimited)

const withLimit = (limits: RateLimits, limit: Limit): RateLimits => {
  const [name, , value] = limit
  if (name === "account-tasks") {
    return { ...limits, accountTasks: value === "off" ? Infinity : value }
  }
  const { [name]: _, ...others } = limits.rates
  const rate = limit.length === 5 ? { [name]: { requests: limit[2], window: unit[limit[4]] } } : {}
  return { ...limits, rates: { ...others, ...rate } }
}
