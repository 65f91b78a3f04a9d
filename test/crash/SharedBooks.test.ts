import { assert, describe, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Array, Clock, Duration, Effect, Schedule } from "effect"
import { run, temporaryDatabase } from "../../packages/adapters-quota/test/TemporaryDatabase.ts"
import * as Books from "./Books.ts"
import * as Client from "./Client.ts"
import * as Cluster from "./many-nodes/Cluster.ts"
import * as SharedDatabase from "./many-nodes/SharedDatabase.ts"
import * as Reckoning from "./Reckoning.ts"
import * as ServerProcess from "./ServerProcess.ts"

const account = "account-1"
const lease = Duration.seconds(6)
/** Two rounds of 200 milliseconds, and what a busy machine may add to them. */
const slack = Duration.seconds(3)

describe("nodes on one database", () => {
  it.live(
    "grant a day's credits once, and let as many of 200 orders at once through as there are credits",
    () =>
      Effect.gen(function* () {
        const environment = yield* SharedDatabase.environment(yield* temporaryDatabase)
        const cluster = yield* Cluster.make(environment, 3)
        const urls = yield* cluster.urls
        const atOnce = <A, E>(count: number, call: (url: string, index: number) => Effect.Effect<A, E>) =>
          Effect.forEach(
            Array.makeBy(count, (index) => index),
            (index) => call(urls[index % urls.length] ?? "", index),
            { concurrency: "unbounded" }
          )
        const balances = yield* atOnce(50, (url) => Client.checkIn(url, account))
        assert.deepStrictEqual(new Set(balances), new Set([10]))

        const answers = yield* atOnce(200, (url, index) =>
          Client.order(url, { account, prompt: `A fox, number ${index}.`, key: `order-${index}` }).pipe(
            Effect.match({
              onSuccess: () => "accepted",
              onFailure: (error) => (error._tag === "Refused" ? error.error : error._tag)
            })
          )
        )
        assert.deepStrictEqual(Reckoning.count(answers), { accepted: 10, InsufficientCredits: 190 })
        const { tasks } = yield* UpstreamSimulator
        assert.lengthOf(yield* tasks, 10)
        assert.strictEqual((yield* ServerProcess.audit(environment)).status, 0)
      }).pipe(Effect.provide(UpstreamSimulator.layer())),
    { timeout: 120_000 }
  )

  it.live(
    "follow each task from one of them, and a dead one's tasks from another",
    () =>
      Effect.gen(function* () {
        const simulator = yield* UpstreamSimulator
        const url = yield* temporaryDatabase
        const environment = yield* SharedDatabase.environment(url)
        // Under two names, by which the simulator can tell who asks. A lease that outlasts the pauses of a busy machine.
        const serveOn = (host: string) =>
          ServerProcess.serve({
            ...environment,
            TASK_LEASE: `${Duration.toSeconds(lease)} seconds`,
            TASK_DEADLINE: "1 minute",
            CHATGPT2API_BASE_URL: simulator.url.replace("127.0.0.1", host)
          })
        const [dying, other] = [yield* serveOn("127.0.0.1"), yield* serveOn("localhost")]
        yield* other.listening
        const ids = yield* orderTen(yield* dying.listening)

        const renewed = `SELECT FROM spends WHERE lease_until > created_at + interval '${Duration.toSeconds(lease) + 1} seconds'`
        yield* until(run(url, renewed), isTen)
        assert.deepStrictEqual(Reckoning.count((yield* lookersAt(ids)).map(String)), { "127.0.0.1": 10 })

        const died = yield* Clock.currentTimeMillis
        yield* dying.kill
        yield* Books.awaitEnds(Books.spendsOf(url))
        assert.deepStrictEqual(Reckoning.count((yield* Books.spendsOf(url)).map(({ state }) => state)), { Settled: 10 })
        assert.deepStrictEqual(Reckoning.count((yield* lookersAt(ids)).map(String)), { "127.0.0.1,localhost": 10 })
        const taken = (yield* simulator.requests).find(({ headers }) => headers["host"]?.startsWith("localhost"))
        const takenUpAfter = Duration.millis((taken?.receivedAt ?? Infinity) - died)
        process.stdout.write(`${JSON.stringify({ takenUpAfterMillis: Duration.toMillis(takenUpAfter) })}\n`)
        assert.isAtMost(Duration.toMillis(takenUpAfter), Duration.toMillis(Duration.sum(lease, slack)))
      }).pipe(Effect.provide(UpstreamSimulator.layer({ runsFor: "15 seconds", keepRequests: 10_000 }))),
    { timeout: 120_000 }
  )
})

const orderTen = Effect.fnUntraced(function* (url: string) {
  yield* Client.checkIn(url, account)
  return yield* Effect.forEach(
    Array.makeBy(10, (index) => ({ account, prompt: `A fox, number ${index}.` })),
    (order) => Effect.map(Client.order(url, order), ({ task }) => task.id),
    { concurrency: "unbounded" }
  )
})

/** For each task the names under which the upstream was asked for it, the first one first. */
const lookersAt = (ids: ReadonlyArray<string>) =>
  UpstreamSimulator.use(({ requests }) => requests).pipe(
    Effect.map((requests) =>
      ids.map((id) => {
        const lookUps = requests.filter(({ call, query }) => call === "look-up" && query["ids"]?.includes(id))
        return Array.dedupe(lookUps.map(({ headers }) => headers["host"]?.replace(/:.*/, "")))
      })
    )
  )

const isTen = (rows: ReadonlyArray<unknown>) => rows.length === 10

const until = <A, E>(effect: Effect.Effect<A, E>, awaited: (value: A) => boolean) =>
  Effect.repeat(effect, { until: awaited, schedule: Schedule.spaced("50 millis") })
