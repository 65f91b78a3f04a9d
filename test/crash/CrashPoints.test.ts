import { copyFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Schedule } from "effect"
import { temporaryFile } from "../../packages/adapters-quota/test/TemporaryFile.ts"
import { variables } from "../e2e/support/Process.ts"
import * as Books from "./Books.ts"
import * as Client from "./Client.ts"
import * as Case from "./crash-points/Case.ts"
import * as CrashPoints from "./crash-points/CrashPoints.ts"
import * as Lives from "./crash-points/Lives.ts"
import * as ServerProcess from "./ServerProcess.ts"

const credits = 10
const patience = { TASK_POLL_INTERVAL: "100 millis", TASK_MISSING_GRACE: "3 seconds" }

it.live(
  "a process that dies after any step, whatever the upstream does, loses no credit and spends none twice",
  () =>
    Effect.all([endure(CrashPoints.all), endure(CrashPoints.leaseRenewed)], { concurrency: "unbounded" }).pipe(
      Effect.provide(UpstreamSimulator.layer({ keepRequests: 1 }))
    ),
  { timeout: 120_000 }
)

const endure = Effect.fnUntraced(function* (points: ReadonlyArray<CrashPoints.CrashPoint>) {
  const path = yield* temporaryFile
  const cases = yield* Case.of(points)
  const environment = { ...(yield* variables(path)), ...patience }
  yield* Effect.forEach(cases, Case.stage)
  yield* Books.fund(
    path,
    cases.map(({ account }) => account),
    credits
  )
  yield* dieTwice(path, cases, environment)
  const copy = yield* temporaryFile
  copyFileSync(path, copy)
  yield* Effect.all([recover(path, cases, environment), recoverWithoutUpstream(copy, cases, environment)], {
    concurrency: "unbounded"
  })
})

type Cases = ReadonlyArray<Case.Case>
type Environment = Record<string, string>

const dieTwice = Effect.fnUntraced(function* (path: string, cases: Cases, environment: Environment) {
  const { forget } = yield* UpstreamSimulator
  const seconds = cases.flatMap((one) => (one.point.second === undefined ? [] : [{ one, life: one.point.second }]))
  yield* Lives.liveAndDie(
    cases.map((one) => ({ one, life: one.point.first })),
    environment
  )
  yield* Books.expireLeasesOf(
    path,
    seconds.flatMap(({ life, one }) => (life.client === "none" ? [one.id] : []))
  )
  if (seconds.length > 0) yield* Lives.liveAndDie(seconds, environment)
  yield* forget(cases.flatMap(({ course, id }) => (course.forgotten ? [id] : [])))
  yield* Books.expireLeases(path)
})

const recover = Effect.fnUntraced(function* (path: string, cases: Cases, environment: Environment) {
  // On a busy machine, too, the repeats come before the watcher gives up what it does not find.
  const patient = { ...environment, TASK_MISSING_GRACE: "10 seconds" }
  const url = yield* Effect.flatMap(ServerProcess.serve(patient), ({ listening }) => listening)
  yield* orderAgain(
    url,
    cases.filter(({ repeats }) => repeats)
  )
  yield* Books.awaitEnds(Books.spends(path))
  yield* assertEnds(path, cases, (one) => (one.repeats ? Case.endRepeated(one) : Case.endAlone(one)))

  yield* orderAgain(url, cases)
  yield* assertTold(url, cases)
  yield* assertEnds(path, cases, Case.endRepeated)
  yield* assertCharged(url, cases)
  yield* assertAudit(environment)
})

const recoverWithoutUpstream = Effect.fnUntraced(function* (path: string, cases: Cases, environment: Environment) {
  const upstreamless = {
    ...environment,
    QUOTA_STORE_URL: `sqlite:${path}`,
    CHATGPT2API_BASE_URL: "http://127.0.0.1:1",
    TASK_DEADLINE: "1 second"
  }
  const url = yield* Effect.flatMap(ServerProcess.serve(upstreamless), ({ listening }) => listening)
  // A spend that is back before anything was accepted would be opened again, and this upstream tried for 20 seconds.
  yield* orderAgain(
    url,
    cases.filter(({ point, repeats }) => repeats && point.ended === undefined)
  )
  yield* Books.awaitEnds(Books.spends(path))
  yield* assertEnds(path, cases, Case.endWithoutUpstream)
  yield* assertAudit(upstreamless)
})

/** The clients have no answer, or none that they remember; the same key leads them to the same task. */
const orderAgain = (url: string, cases: Cases) =>
  Effect.forEach(
    cases,
    (one) =>
      Effect.map(Client.order(url, one), ({ task }) =>
        assert.strictEqual(task.id, one.id, `${one.name}: the same task`)
      ),
    { concurrency: 16 }
  )

/** Waits until clients are told of every task's end. */
const assertTold = (url: string, cases: Cases) =>
  Effect.forEach(
    cases,
    (one) =>
      Client.taskOf(url, one.id).pipe(
        Effect.repeat({
          schedule: Schedule.spaced("100 millis"),
          until: ({ status }) => status === "completed" || status === "failed"
        }),
        Effect.map(({ status }) =>
          assert.strictEqual(status, Case.endRepeated(one) === "Settled" ? "completed" : "failed", one.name)
        )
      ),
    { concurrency: "unbounded" }
  )

const assertEnds = (path: string, cases: Cases, expected: (one: Case.Case) => Case.End) =>
  Effect.map(Books.spends(path), (spends) => {
    const states = new Map(spends.map(({ id, state, reason }) => [id, { state, reason }]))
    const wrong = cases.filter((one) => states.get(one.id)?.state !== expected(one))
    assert.deepStrictEqual(
      wrong.map(({ id, name }) => ({ name, ...states.get(id) })),
      []
    )
    assert.strictEqual(spends.length, cases.length)
  })

const assertCharged = Effect.fnUntraced(function* (url: string, cases: Cases) {
  const { tasks } = yield* UpstreamSimulator
  const prompts = (yield* tasks).map(({ prompt }) => prompt)
  assert.strictEqual(new Set(prompts).size, prompts.length, "one upstream task at most for each key")
  const balances = yield* Effect.forEach(cases, ({ account }) => Client.balanceOf(url, account), { concurrency: 16 })
  assert.deepStrictEqual(
    balances,
    cases.map((one) => (Case.endRepeated(one) === "Settled" ? credits - 1 : credits))
  )
})

const assertAudit = (environment: Environment) =>
  Effect.map(ServerProcess.audit(environment), ({ output, status }) => assert.strictEqual(status, 0, output))
