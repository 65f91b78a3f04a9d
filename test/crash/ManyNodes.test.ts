import { assert, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber, Random, Ref, Schedule } from "effect"
import * as Books from "./Books.ts"
import * as Cluster from "./many-nodes/Cluster.ts"
import * as SharedDatabase from "./many-nodes/SharedDatabase.ts"
import * as Misfortune from "./Misfortune.ts"
import * as Customer from "./random-kills/Customer.ts"
import * as Reckoning from "./Reckoning.ts"
import * as ServerProcess from "./ServerProcess.ts"

const tasks = Number(process.env["TASKS"] ?? 250)
const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 1_000_000))
const nodes = 3
const customers = Array.from({ length: 60 }, (_, index) => `customer-${index}`)
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
      const heard: Array<string> = []
      const closing = yield* Ref.make(false)
      const world = { url: cluster.url, closing, tell: (event: string) => heard.push(event) }
      yield* Effect.forkScoped(Misfortune.troubleLookUps)
      const living = yield* Effect.forEach(customers, (customer) =>
        Effect.forkScoped(Customer.live(world, customer).pipe(Random.withSeed(`${seed} ${customer}`)))
      )
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
      yield* Ref.set(closing, true)
      const stories = (yield* Effect.forEach(living, (fiber) => Fiber.join(fiber))).flat()
      yield* Books.awaitEnds(Books.spendsOf(url))

      const figures = yield* Reckoning.reckon({
        url: yield* cluster.url,
        spends: yield* Books.spendsOf(url),
        granted,
        stories
      })
      const audit = yield* ServerProcess.audit(environment)
      assert.strictEqual(audit.status, 0, audit.output)
      assert.match(audit.output, /^open +0$/m)
      const answers = Reckoning.count(heard)
      assert.notProperty(answers, "refused InternalError")
      const seconds = Math.round((performance.now() - started) / 1000)
      process.stdout.write(`${JSON.stringify({ seed, kills, seconds, ...figures, answers })}\n`)
    }).pipe(Random.withSeed(seed), Effect.provide(UpstreamSimulator.layer())),
  { timeout: 120_000 + tasks * 500 }
)
