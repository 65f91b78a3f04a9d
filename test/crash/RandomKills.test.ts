import { it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Random } from "effect"
import { temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import { variables } from "../e2e/support/Process.ts"
import * as Books from "./Books.ts"
import * as Reckoning from "./Reckoning.ts"
import * as Reigns from "./random-kills/Reigns.ts"
import * as Shop from "./Shop.ts"

const kills = Number(process.env["KILLS"] ?? 20)
const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 1_000_000))
const granted = 100_000
/** Shorter than before, so that tasks without an end don't hold the test up. */
const lastDeadline = "6 seconds"

it.live(
  `${kills} random kills lose no credit and spend none twice (SEED=${seed})`,
  () =>
    Effect.gen(function* () {
      const started = performance.now()
      const path = yield* temporaryFile
      const environment = {
        ...(yield* variables(path)),
        QUOTA_DAILY_GRANT: String(granted),
        QUOTA_BALANCE_CAP: String(granted),
        TASK_POLL_INTERVAL: "100 millis",
        TASK_MISSING_GRACE: "4 seconds",
        TASK_DEADLINE: "30 seconds"
      }
      const reigns = yield* Reigns.make(environment)
      const shop = yield* Shop.open(reigns.url, { customers: 30, seed })
      yield* reigns.killed(kills)
      const killed = performance.now()
      yield* Books.expireLeases(path)
      const url = yield* reigns.restored({ TASK_DEADLINE: lastDeadline })
      const stories = yield* shop.close
      yield* Books.awaitEnds(Books.spends(path))

      const figures = yield* Reckoning.reckon({ url, spends: yield* Books.spends(path), granted, stories })
      yield* Shop.audit({ ...environment, TASK_DEADLINE: lastDeadline })
      const answers = yield* shop.answers
      const seconds = { killing: secondsSince(started, killed), settling: secondsSince(killed) }
      process.stdout.write(`${JSON.stringify({ seed, kills, seconds, ...figures, answers })}\n`)
    }).pipe(Random.withSeed(seed), Effect.provide(UpstreamSimulator.layer())),
  { timeout: 60_000 + kills * 5_000 }
)

const secondsSince = (start: number, end = performance.now()) => Math.round((end - start) / 1000)
