/**
 * One page of metrics of several processes', each series with its process' number as the label `worker`: a scrape
 * reaches any of them, and would see counters jump.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const merge = (pages: ReadonlyMap<number, string>): string => {
  const families = new Map<string, Family>()
  for (const [worker, page] of pages) {
    let family: Family = { head: new Set(), series: [] }
    for (const line of page.split("\n")) {
      const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1]
      if (name !== undefined) {
        family = families.get(name) ?? { head: new Set(), series: [] }
        families.set(name, family)
        family.head.add(line)
      } else if (line !== "") {
        family.series.push(labelled(line, worker))
      }
    }
  }
  return [...families.values()].map(({ head, series }) => [...head, ...series, ""].join("\n")).join("\n")
}

interface Family {
  /** What it is, and of which type: the same on every page. */
  readonly head: Set<string>
  readonly series: Array<string>
}

const labelled = (series: string, worker: number) =>
  series.replace(/^[^\s{]+(\{)?/, (name, labels) =>
    labels === undefined ? `${name}{worker="${worker}"}` : `${name}worker="${worker}",`
  )
