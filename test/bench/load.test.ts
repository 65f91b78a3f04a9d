import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import * as BareServer from "../../bench/BareServer.ts"
import type { Load } from "../../bench/Load.ts"
import * as LoadGenerator from "../../bench/LoadGenerator.ts"
import * as Table from "../../bench/Table.ts"

const body = `{"status":"running"}`

const apply = Effect.fnUntraced(function* (expected: Load["expected"]) {
  const { url } = yield* BareServer.start("bareServer.ts", body)
  const load = yield* LoadGenerator.start
  return yield* load({
    origin: url,
    method: "GET",
    headers: {},
    requests: [{ path: "/" }],
    connections: 2,
    warmUp: 0,
    counted: 2000,
    expected
  })
}, Effect.scoped)

describe("the load generator", () => {
  it.live("counts the answers that are as expected", () =>
    Effect.gen(function* () {
      const { answers, p50, perSecond } = yield* apply({ status: 200, text: "running", bytes: body.length })
      assert.isAbove(perSecond, 0)
      assert.isAtLeast(answers, perSecond * 2)
      assert.isAbove(p50, 0)
    })
  )

  it.live.each([
    ["another status", { status: 201 }],
    ["another text", { status: 200, text: "completed" }],
    ["another length", { status: 200, bytes: body.length + 1 }]
  ] as const)("fails at an answer of %s", ([, expected]) =>
    Effect.gen(function* () {
      const end = yield* Effect.exit(apply(expected))
      assert(Exit.isFailure(end))
      assert.include(Cause.pretty(end.cause), "answers 200")
    })
  )
})

describe("the table", () => {
  it("holds the service against the baseline of the same round", () => {
    const row = Table.ratio({ what: "", unit: "/s", baseline: [100, 10, 1000], service: [50, 5, 500], atLeast: 0.5 })
    assert.deepInclude(row, { baseline: "100 /s", service: "50.00 /s", figure: "0.50 (0.50–0.50)", met: "yes" })
  })

  it("says what was missed", () => {
    const row = Table.added({ what: "", unit: "ms", baseline: [1, 1, 1], service: [2, 3, 4], atMost: 1.5 })
    assert.deepInclude(row, { figure: "+2.00 (+1.00–+3.00) ms", target: "≤ 1.5", met: "no" })
  })

  it("holds every round to what may never be", () => {
    const row = Table.added({ what: "", unit: "ms", baseline: [1, 1, 1], service: [2, 3, 4], neverAbove: 2.5 })
    assert.deepInclude(row, { target: "always ≤ 2.5", met: "no" })
    const other = Table.added({ what: "", unit: "ms", baseline: [1, 1, 1], service: [2, 3, 4], neverAbove: 3 })
    assert.strictEqual(other.met, "yes")
  })
})
