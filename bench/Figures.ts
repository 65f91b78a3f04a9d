/** The value that this part of them, in per cent, does not exceed. */
export const percentile = (values: ReadonlyArray<number>, part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * part) / 100))] ?? Number.NaN

export const median = (values: ReadonlyArray<number>) => percentile(values, 50)

/** The median, with the lowest and the highest. */
export const spread = (values: ReadonlyArray<number>, show: (value: number) => string) =>
  `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`

/** As many digits as mean something. */
export const short = (value: number) =>
  Math.abs(value) < 100 ? value.toFixed(2) : Math.round(value).toLocaleString("en")
