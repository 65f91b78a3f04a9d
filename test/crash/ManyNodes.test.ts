import { it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber, Random, Schedule } from "effect"
import * as Books from "./Books.ts"
import * as Cluster from "./many-nodes/Cluster.ts"
import * as SharedDatabase from "./many-nodes/SharedDatabase.ts"
import * as Reckoning from "./Reckoning.ts"
import * as Shop from "./Shop.ts"

const tasks = Number(process.env["TASKS"] ?? 250)
const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 1_000_000))
const nodes = 3
const granted = 100_000

it.live(
  `${tasks} tasks on ${nodes} nodes that are killed, and a database that is restarted (SEED=${seed})`,
  () =>
    Effect.gen(function* () {
      const started = performance.now()
      const { environment, server, url } = yield* SharedDatabase.make
      const cluster = yield* Cluster.make(
        { ...environment, QUOTA_DAILY_GRANT: String(granted), QUOTA_BALANCE_CAP: String(granted) },
        nodes
      )
      const shop = yield* Shop.open(cluster.url, { customers: 60, seed })
      let kills = 0
      const killing = yield* Random.nextIntBetween(500, 2500).pipe(
        Effect.flatMap(Effect.sleep),
        Effect.andThen(cluster.replaceOne),
        Effect.tap(() => Effect.sync(() => (kills += 1))),
        Effect.forever,
        Effect.forkScoped
      )
      const spendsReach = (count: number) =>
        Effect.repeat(Books.spendsOf(url), {
          until: (spends) => spends.length >= count && kills > 0,
          schedule: Schedule.spaced("300 millis")
        })
      yield* spendsReach(tasks / 2)
      yield* server.restart
      yield* spendsReach(tasks)
      yield* Fiber.interrupt(killing)
      const stories = yield* shop.close
      yield* Books.awaitEnds(Books.spendsOf(url))

      const figures = yield* Reckoning.reckon({
        url: yield* cluster.url,
        spends: yield* Books.spendsOf(url),
        granted,
        stories
      })
      yield* Shop.audit(environment)
      const answers = yield* shop.answers
      const seconds = Math.round((performance.now() - started) / 1000)
      process.stdout.write(`${JSON.stringify({ seed, kills, seconds, ...figures, answers })}\n`)
    }).pipe(Random.withSeed(seed), Effect.provide(UpstreamSimulator.layer())),
  { timeout: 120_000 + tasks * 500 }
)
