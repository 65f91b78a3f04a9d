import { DateTime, Duration, Option } from "effect"

/** How long a `Retry-After` asks to wait: seconds or an HTTP date (RFC 9110, sections 10.2.3 and 5.6.7). */
export const parse = (header: string | undefined, now: DateTime.Utc): Duration.Duration | undefined => {
  const value = header?.trim() ?? ""
  if (/^\d{1,9}$/.test(value)) {
    return Duration.seconds(Number(value))
  }
  return value.endsWith(" GMT")
    ? Option.getOrUndefined(Option.map(DateTime.make(value), (date) => untilThen(now, date)))
    : undefined
}

const untilThen = (now: DateTime.Utc, date: DateTime.DateTime) =>
  Duration.millis(Math.max(0, DateTime.toEpochMillis(date) - DateTime.toEpochMillis(now)))
