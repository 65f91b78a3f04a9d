/** The values that each label of a metric can have. */
type Labels = Readonly<Record<string, ReadonlyArray<string>>>

/** One metric with a series for each combination of its labels, of which there are as many as are listed here. */
export interface MetricFamily<L extends Labels, M> {
  of(labels: { readonly [Label in keyof L]: L[Label][number] }): M
  readonly all: ReadonlyArray<M>
}

/** Series made once: a metric that is given its attributes anew at each update makes up its key anew, too. */
export const make = <const L extends Labels, M>(
  labels: L,
  series: (attributes: Readonly<Record<string, string>>) => M
): MetricFamily<L, M> => {
  const names = Object.keys(labels)
  const made = new Map<string, M>()
  const of = (attributes: Readonly<Record<string, string>>): M => {
    const key = names.map((name) => attributes[name]).join()
    const known = made.get(key)
    if (known !== undefined) return known
    const metric = series(attributes)
    made.set(key, metric)
    return metric
  }
  return { of, all: combinations(labels).map(of) }
}

const combinations = (labels: Labels): ReadonlyArray<Readonly<Record<string, string>>> =>
  Object.entries(labels).reduce<ReadonlyArray<Readonly<Record<string, string>>>>(
    (before, [name, values]) => before.flatMap((others) => values.map((value) => ({ ...others, [name]: value }))),
    [{}]
  )
