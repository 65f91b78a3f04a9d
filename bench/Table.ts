import { Array, Console } from "effect"
import { hundredths, median, spread, whole } from "./Figures.ts"

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

/** How many times the baseline's figure the service's is, round by round. */
export const ratio = ({ atLeast, ...comparison }: Comparison & { readonly atLeast?: number }): Row => {
  const ratios = byRound(comparison, (baseline, service) => service / baseline)
  return {
    ...sides(comparison, whole),
    figure: spread(ratios, hundredths),
    ...target("≥", atLeast, (least) => median(ratios) >= least)
  }
}

/** How much more the service's figure is than the baseline's, round by round. */
export const added = ({ atMost, ...comparison }: Comparison & { readonly atMost?: number }): Row => {
  const differences = byRound(comparison, (baseline, service) => service - baseline)
  return {
    ...sides(comparison, hundredths),
    figure: `${spread(differences, (value) => `${value < 0 ? "" : "+"}${hundredths(value)}`)} ${comparison.unit}`,
    ...target("≤", atMost, (most) => median(differences) <= most)
  }
}

const byRound = ({ baseline, service }: Comparison, compare: (baseline: number, service: number) => number) =>
  Array.zipWith(baseline, service, compare)

const sides = ({ baseline, service, unit, what }: Comparison, show: (value: number) => string) => ({
  what,
  baseline: `${show(median(baseline))} ${unit}`,
  service: `${show(median(service))} ${unit}`
})

const target = (sign: string, value: number | undefined, isMet: (value: number) => boolean) =>
  value === undefined ? { target: "", met: "" } : { target: `${sign} ${value}`, met: isMet(value) ? "yes" : "no" }

const line = (cells: ReadonlyArray<string>) => Console.log(`| ${cells.join(" | ")} |`)

const titles = ["", "baseline", "service", "figure: median (least–most)", "target", "met"]
export const head = Console.log(`| ${titles.join(" | ")} |\n|${"---|".repeat(titles.length)}`)

export const row = ({ baseline, figure, met, service, target, what }: Row) =>
  line([what, baseline, service, figure, target, met])
