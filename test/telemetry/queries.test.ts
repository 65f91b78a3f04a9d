import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { parse } from "yaml"
import * as Service from "../e2e/support/Service.ts"
import type { Family } from "./support/Prometheus.ts"
import { type Selector, selectorsOf } from "./support/PromQl.ts"
import { metrics, metricsOfSome } from "./support/Traffic.ts"

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../ops", file), "utf8")

const { panels } = Schema.decodeSync(
  Schema.fromJsonString(
    Schema.Struct({
      panels: Schema.Array(
        Schema.Struct({
          title: Schema.String,
          targets: Schema.Array(Schema.Struct({ expr: Schema.String, legendFormat: Schema.String }))
        })
      )
    })
  )
)(read("grafana-dashboard.json"))

const { groups } = Schema.decodeUnknownSync(
  Schema.Struct({
    groups: Schema.Array(
      Schema.Struct({
        rules: Schema.Array(
          Schema.Struct({
            alert: Schema.String,
            expr: Schema.String,
            annotations: Schema.Struct({ summary: Schema.String, description: Schema.String })
          })
        )
      })
    )
  })
)(parse(read("alerts.yaml")))

/** What the alerts ask for. */
const alerts = groups.flatMap(({ rules }) =>
  rules.map(({ alert, annotations: { description, summary }, expr }) => ({
    where: alert,
    expr,
    named: [...`${summary}${description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label)
  }))
)

/** Where it stands, the query, and the words that name its labels. */
const queries = [
  ...panels.flatMap(({ targets, title }) =>
    targets.map(({ expr, legendFormat }) => ({
      where: title,
      // Grafana fills in a time that is long enough for the scrapes.
      expr: expr.replaceAll("$__rate_interval", "5m"),
      named: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label)
    }))
  ),
  ...alerts
]

/** What Prometheus adds itself. */
const scraped = ["instance", "job"]

/** What the selector asks for that the server does not have. */
const missing = (families: ReadonlyMap<string, Family>, { groupings, matchers, metric }: Selector) => {
  if (metric === "up") return []
  const series = [...families.values()].flatMap(({ series }) => series).filter(({ name }) => name === metric)
  if (series.length === 0) return [metric]
  const labels = new Set(series.flatMap(({ labels }) => Object.keys(labels)))
  const unknown = [...groupings, ...matchers.map(({ label }) => label)].filter(
    (label) => !labels.has(label) && !scraped.includes(label)
  )
  // Which statuses there are depends on what happened. All other values are there from the start.
  const empty = matchers.filter(
    ({ label, value }) =>
      label !== "status" && !series.some(({ labels }) => new RegExp(`^(${value})$`).test(labels[label] ?? ""))
  )
  return [...unknown, ...empty.map(({ label, value }) => `${label}="${value}"`)].map((name) => `${metric}: ${name}`)
}

describe("the dashboard and the alerts", () => {
  it.live("ask for nothing that a running server does not show", () =>
    Effect.gen(function* () {
      const families = yield* metricsOfSome
      assert.isAbove(queries.length, 20)
      const problems = queries.flatMap(({ expr, where }) =>
        selectorsOf(expr).flatMap((selector) => missing(families, selector).map((name) => `${where}: ${name}`))
      )
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(Service.layer()))
  )

  // To `increase()` a series that appears with its first event has had none.
  it.live("hear of what happens for the first time: all that alerts ask for is there before", () =>
    Effect.gen(function* () {
      const families = yield* metrics
      const problems = alerts.flatMap(({ expr, where }) =>
        selectorsOf(expr).flatMap((selector) => missing(families, selector).map((name) => `${where}: ${name}`))
      )
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(Service.layer()))
  )

  it("name no label in their texts that their queries leave out", () => {
    for (const { expr, named, where } of queries) {
      const kept = selectorsOf(expr).flatMap(({ groupings, metric }) => (metric === "up" ? scraped : groupings))
      assert.includeMembers(kept, named, where)
    }
  })

  it.live("show every metric there is", () =>
    Effect.gen(function* () {
      const families = yield* metricsOfSome
      const asked = queries.flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric))
      const unseen = [...families.keys()].filter((name) => !asked.some((metric) => metric.startsWith(name)))
      assert.deepStrictEqual(unseen, [])
    }).pipe(Effect.provide(Service.layer()))
  )
})
