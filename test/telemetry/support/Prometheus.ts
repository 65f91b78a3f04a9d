/** A metric as Prometheus reads it. */
export interface Family {
  readonly type: string
  readonly help: string
  readonly series: Array<Series>
}

export interface Series {
  /** Of a histogram, its metric's name with `_bucket`, `_sum` or `_count`. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const parse = (text: string): ReadonlyMap<string, Family> => {
  const families = new Map<string, Family>()
  let help: ReadonlyArray<string> = []
  let family: Family = { type: "", help: "", series: [] }
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword === "HELP") {
      help = [name, rest]
    } else if (keyword === "TYPE") {
      family = { type: rest, help: help[0] === name ? (help[1] ?? "") : "", series: [] }
      families.set(name, family)
    } else {
      family.series.push(seriesOf(line))
    }
  }
  return families
}

const seriesOf = (line: string): Series => {
  const [, name = "", labels = "", value = ""] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  return {
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, label]) => [key, label])
    ),
    value: Number(value)
  }
}
