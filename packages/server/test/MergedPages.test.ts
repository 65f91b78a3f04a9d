import { assert, describe, it } from "@effect/vitest"
import { merge } from "../src/telemetry/MergedPages.ts"

const page = (orders: number, open: string) => `# HELP orders_total Orders
# TYPE orders_total counter
orders_total{mode="text"} ${orders}
orders_total{mode="image"} 0

# HELP seconds Time
# TYPE seconds histogram
seconds_bucket{le="1"} 2
seconds_sum 1.5
${open}`

describe("a page of metrics of several processes'", () => {
  it("has each family once, and each series with its process", () => {
    const gauge = "# HELP open Open {orders}\n# TYPE open gauge\nopen 3\n"
    assert.strictEqual(
      merge(
        new Map([
          [1, page(4, "")],
          [2, page(7, gauge)]
        ])
      ),
      `# HELP orders_total Orders
# TYPE orders_total counter
orders_total{worker="1",mode="text"} 4
orders_total{worker="1",mode="image"} 0
orders_total{worker="2",mode="text"} 7
orders_total{worker="2",mode="image"} 0

# HELP seconds Time
# TYPE seconds histogram
seconds_bucket{worker="1",le="1"} 2
seconds_sum{worker="1"} 1.5
seconds_bucket{worker="2",le="1"} 2
seconds_sum{worker="2"} 1.5

# HELP open Open {orders}
# TYPE open gauge
open{worker="2"} 3
`
    )
  })

  it("has nothing if nobody says anything", () => {
    assert.strictEqual(merge(new Map()), "")
  })
})
