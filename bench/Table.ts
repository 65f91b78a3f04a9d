import { Array, Console } from "effect"
import { median, short, spread } from "./Figures.ts"

/** A line of the table. */
export interface Row {
  readonly what: string
  /** What the service is held against, and the service, in a unit of their own. */
  readonly baseline: string
  readonly service: string
  /** Their ratio or difference: the median, and from the least to the most. */
  readonly figure: string
  readonly target: string
  readonly met: string
}

/** What was measured of both, round by round. */
interface Comparison {
  readonly what: string
  readonly unit: string
  readonly baseline: ReadonlyArray<number>
  readonly service: ReadonlyArray<number>
}

/** What is hoped for of the median, or of every round. */
interface Target {
  readonly atLeast?: number
  readonly atMost?: number
  readonly neverAbove?: number
}

interface Single {
  readonly what: string
  readonly unit: string
  readonly values: ReadonlyArray<number>
}

/** How many times the baseline's figure the service's is, round by round. */
export const ratio = (comparison: Comparison & Target): Row => {
  const ratios = byRound(comparison, (baseline, service) => service / baseline)
  return { ...sides(comparison), figure: spread(ratios, short), ...judge(comparison, ratios) }
}

/** How much more the service's figure is than the baseline's, round by round. */
export const added = (comparison: Comparison & Target): Row => {
  const differences = byRound(comparison, (baseline, service) => service - baseline)
  const figure = `${spread(differences, (value) => `${value < 0 ? "" : "+"}${short(value)}`)} ${comparison.unit}`
  return { ...sides(comparison), figure, ...judge(comparison, differences) }
}

/** What has nothing to be held against. */
export const single = ({ unit, values, what }: Single): Row => ({
  what,
  baseline: "",
  service: `${short(median(values))} ${unit}`,
  figure: values.length === 1 ? "" : `${spread(values, short)} ${unit}`,
  target: "",
  met: ""
})

const byRound = ({ baseline, service }: Comparison, compare: (baseline: number, service: number) => number) =>
  Array.zipWith(baseline, service, compare)

const sides = ({ baseline, service, unit, what }: Comparison) => ({
  what,
  baseline: `${short(median(baseline))} ${unit}`,
  service: `${short(median(service))} ${unit}`
})

const judge = ({ atLeast, atMost, neverAbove }: Target, values: ReadonlyArray<number>) => {
  const answer = (isMet: boolean) => (isMet ? "yes" : "no")
  if (atLeast !== undefined) return { target: `≥ ${atLeast}`, met: answer(median(values) >= atLeast) }
  if (atMost !== undefined) return { target: `≤ ${atMost}`, met: answer(median(values) <= atMost) }
  if (neverAbove !== undefined) {
    return { target: `always ≤ ${neverAbove}`, met: answer(values.every((value) => value <= neverAbove)) }
  }
  return { target: "", met: "" }
}

const line = (cells: ReadonlyArray<string>) => Console.log(`| ${cells.join(" | ")} |`)

const titles = ["", "baseline", "service", "figure: median (least–most)", "target", "met"]
export const head = Console.log(`| ${titles.join(" | ")} |\n|${"---|".repeat(titles.length)}`)

export const row = ({ baseline, figure, met, service, target, what }: Row) =>
  line([what, baseline, service, figure, target, met])
