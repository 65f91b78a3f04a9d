import { it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Random } from "effect"
import { freePort } from "../Ports.ts"
import { temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import * as Books from "../crash/Books.ts"
import * as Reckoning from "../crash/Reckoning.ts"
import * as ServerProcess from "../crash/ServerProcess.ts"
import * as Shop from "../crash/Shop.ts"
import { eventually } from "../e2e/support/Client.ts"
import { variables } from "../e2e/support/Process.ts"
import { workersIn } from "./support.ts"

const kills = Number(process.env["KILLS"] ?? 10)
const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 1_000_000))
const granted = 100_000

it.live(
  `${kills} kills among three workers on one file lose no credit and spend none twice (SEED=${seed})`,
  () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      const environment = {
        ...(yield* variables(path)),
        PORT: String(yield* freePort),
        WORKERS: "3",
        QUOTA_DAILY_GRANT: String(granted),
        QUOTA_BALANCE_CAP: String(granted),
        TASK_POLL_INTERVAL: "100 millis",
        TASK_MISSING_GRACE: "4 seconds",
        TASK_LEASE: "4 seconds",
        TASK_DEADLINE: "12 seconds"
      }
      const server = yield* ServerProcess.serve(environment)
      const url = yield* server.listening
      const shop = yield* Shop.open(Effect.succeed(url), { customers: 20, seed })
      // The log's beginning is forgotten in time.
      const workers = new Set<number>()
      const come = Effect.map(server.output, (log) => workersIn(log).reduce((all, pid) => all.add(pid), workers).size)
      yield* Effect.forEach(Array.from({ length: kills }).keys(), (gone) =>
        Effect.gen(function* () {
          yield* eventually(come, (count) => count === gone + 3)
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 1000))
          process.kill(yield* Random.choice([...workers].filter(isAlive)), "SIGKILL")
        })
      )
      const stories = yield* shop.close
      yield* Books.awaitEnds(Books.spends(path))
      const figures = yield* Reckoning.reckon({ url, spends: yield* Books.spends(path), granted, stories })
      yield* Shop.audit(environment)
      process.stdout.write(`${JSON.stringify({ seed, kills, ...figures, answers: yield* shop.answers })}\n`)
    }).pipe(Random.withSeed(seed), Effect.provide(UpstreamSimulator.layer())),
  { timeout: 120_000 + kills * 5_000 }
)

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
