import { it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Random, Schedule } from "effect"
import * as PostgresServer from "../../packages/adapters-quota/test/PostgresServer.ts"
import { databaseOn } from "../../packages/adapters-quota/test/TemporaryDatabase.ts"
import * as Books from "./Books.ts"
import * as Cluster from "./many-nodes/Cluster.ts"
import * as SharedDatabase from "./many-nodes/SharedDatabase.ts"
import * as Reckoning from "./Reckoning.ts"
import * as Shop from "./Shop.ts"

const tasks = Number(process.env["TASKS"] ?? 250)
const deaths = Number(process.env["NODE_KILLS"] ?? 4)
const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 1_000_000))
const nodes = 3
const granted = 100_000

it.live(
  `${tasks} tasks on ${nodes} nodes, ${deaths} deaths, and a database that is restarted (SEED=${seed})`,
  () =>
    Effect.gen(function* () {
      const started = performance.now()
      const server = yield* PostgresServer.make
      const url = databaseOn(server.url, "postgres")
      const environment = yield* SharedDatabase.environment(url)
      const cluster = yield* Cluster.make(
        { ...environment, QUOTA_DAILY_GRANT: String(granted), QUOTA_BALANCE_CAP: String(granted) },
        nodes
      )
      const shop = yield* Shop.open(cluster.url, { customers: 60, seed })
      let kills = 0
      const killing = Random.nextIntBetween(200, 1200).pipe(
        Effect.flatMap(Effect.sleep),
        Effect.andThen(cluster.replaceOne),
        Effect.tap(() => Effect.sync(() => (kills += 1))),
        Effect.forever
      )
      const reaches = (share: number) =>
        Effect.repeat(Books.spendsOf(url), {
          until: (spends) => spends.length >= tasks * share && kills >= deaths * share,
          schedule: Schedule.spaced("300 millis")
        })
      yield* reaches(0.5).pipe(
        Effect.andThen(server.restart),
        Effect.andThen(reaches(1)),
        // It ends by a failure alone, which is the test's.
        Effect.raceFirst(killing)
      )
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
  { timeout: 120_000 + tasks * 500 + deaths * 10_000 }
)
