import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { history, type Report } from "./run.ts"
import type { Books } from "./World.ts"

/**
 * So many random histories of a credit, each held against the oracle. `SEED` and `RUNS` choose others; a history that
 * fails names its own seed, with which it can be had alone.
 */
export const suite = (
  name: string,
  { count, from = 0 }: { readonly count: number; readonly from?: number },
  open: Effect.Effect<Books, unknown, Scope.Scope>
) => {
  const runs = Number(process.env["RUNS"] ?? count)
  const seed = Number(process.env["SEED"] ?? 20_261_123 + from)
  describe(`the life of a credit: ${name}`, () => {
    it.live(
      `${runs} random histories keep every promise (SEED=${seed})`,
      () =>
        Effect.gen(function* () {
          const begin = performance.now()
          for (let run = 0; run < runs; run++) {
            const report = yield* history(seed + run, open)
            assert.deepStrictEqual(report.violations, [], print(report))
            if (run % 20 === 0) yield* aTurn
          }
          const seconds = ((performance.now() - begin) / 1000).toFixed(1)
          process.stdout.write(`${runs} histories on ${name} in ${seconds} s, SEED=${seed}\n`)
        }),
      600_000
    )
  })
}

/** What runs on a test clock leaves none to timers, and the test runner needs some. */
export const aTurn = Effect.promise(() => setImmediate())

const print = ({ seed, told, violations }: Report) =>
  `Run this history alone with SEED=${seed} RUNS=1.\n${[...told, ...violations.map((one) => `VIOLATED: ${one}`)].join("\n")}`
