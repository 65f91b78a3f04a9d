import { assert, describe, it, vi } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import { existsSync } from "node:fs"
import { freePort } from "../Ports.ts"
import { eventually, request } from "../e2e/support/Client.ts"
import { balanceOf, generate, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Process from "../e2e/support/Process.ts"
import * as Service from "../e2e/support/Service.ts"
import { holdSubmission, submittedId } from "../e2e/support/Upstream.ts"
import { metrics } from "../telemetry/support/Traffic.ts"
import { workersIn } from "./support.ts"

// Three processes are started for each.
vi.setConfig({ testTimeout: 90_000 })

/** A request on a line of its own may reach any worker. */
const apart = { headers: { connection: "close" } }
const anew = (key: string) => ({ connection: "close", "idempotency-key": key })

/** Two workers on books of their own. */
const served = Effect.gen(function* () {
  const storePath = yield* Service.newStorePath
  const variables = { ...(yield* Process.variables(storePath)), PORT: String(yield* freePort), WORKERS: "2" }
  const process = yield* Process.serve(variables)
  return { ...process, service: Service.Service.of({ url: yield* process.url, storePath }) }
})

const areServing = (count: number, { output }: { readonly output: { readonly stdout: string } }) =>
  eventually(
    Effect.sync(() => workersIn(output.stdout)),
    ({ length }) => length === count
  )

/** Its request ids begin with what is a process' own. */
const whoAnswers = Effect.map(request("/healthz", apart), ({ headers }) => headers.get("x-request-id")?.split("-")[0])

/** The credits spent, by the worker that took the order. */
const spentBy = Effect.map(
  metrics,
  (families) =>
    new Map(
      families.get("scnmnt_credits_spent_total")?.series.map(({ labels, value }) => [labels["worker"], value] as const)
    )
)

describe.concurrent("two workers on one port", () => {
  it.live("share the requests, know each other's tasks, and have one page of metrics", () =>
    Effect.gen(function* () {
      const server = yield* served
      yield* areServing(2, server)
      yield* Effect.gen(function* () {
        const fingerprint = yield* newAccount
        const names = new Set<string | undefined>()
        yield* eventually(whoAnswers, (name) => names.add(name).size === 2)
        const ids = yield* Effect.forEach(["a", "b", "c", "d"], (key) =>
          Effect.flatMap(generate({ fingerprint }, anew(key)), taskIdOf)
        )
        for (const id of ids) {
          for (const _ of [1, 2]) {
            const { text } = yield* request(`/api/images/tasks/${id}?wait=20`, apart)
            assert.include(text, '"status":"completed"')
          }
        }
        const spent = yield* spentBy
        assert.deepStrictEqual([...spent.keys()], ["1", "2"])
        assert.strictEqual(Number(spent.get("1")) + Number(spent.get("2")), 4)
        const { tasks } = yield* UpstreamSimulator
        assert.lengthOf(yield* tasks, 4)
      }).pipe(Effect.provideService(Service.Service, server.service))
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("lose one: the other serves on, what the dead one followed ends, and there are two again", () =>
    Effect.gen(function* () {
      const server = yield* served
      const [dying = 0] = yield* areServing(2, server)
      yield* Effect.gen(function* () {
        const fingerprint = yield* newAccount
        const order = (key: string) => Effect.flatMap(generate({ fingerprint }, anew(key)), taskIdOf)
        const ids = yield* Effect.forEach(["a", "b", "c", "d"], order)
        process.kill(dying, "SIGKILL")
        const again = yield* Effect.forEach(["a", "b", "c", "d"], (key) => Effect.retry(order(key), { times: 5 }))
        assert.deepStrictEqual(again, ids)
        yield* areServing(3, server)
        for (const id of ids) {
          const { text } = yield* request(`/api/images/tasks/${id}?wait=55`, apart)
          assert.include(text, '"status":"completed"')
        }
        assert.strictEqual(yield* balanceOf(fingerprint), 6)
        assert.deepStrictEqual([...(yield* spentBy).keys()], ["1", "2"])
      }).pipe(Effect.provideService(Service.Service, server.service))
    }).pipe(Effect.provide(UpstreamSimulator.layer({ runsFor: "2 seconds" })))
  )

  it.live("told to stop finish what runs, close their books and are gone, with 0", () =>
    Effect.gen(function* () {
      const { play } = yield* UpstreamSimulator
      const server = yield* served
      yield* areServing(2, server)
      yield* Effect.gen(function* () {
        const fingerprint = yield* newAccount
        yield* play(Fault.neverEnds())
        const { answer } = yield* holdSubmission({ accepts: true })
        const ordering = yield* Effect.forkChild(generate({ fingerprint }))
        const id = yield* submittedId
        yield* server.kill("SIGTERM")
        yield* eventually(Effect.exit(request("/healthz", apart)), ({ _tag }) => _tag === "Failure")
        yield* answer({ id, status: "queued" })
        assert.strictEqual((yield* Fiber.join(ordering)).status, 200)
        assert.strictEqual(yield* server.exit, 0)
        assert.isFalse(existsSync(`${server.service.storePath}-wal`))
      }).pipe(Effect.provideService(Service.Service, server.service))
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("told to stop while one hangs are gone all the same", () =>
    Effect.gen(function* () {
      const server = yield* served
      const [hanging = 0] = yield* areServing(2, server)
      process.kill(hanging, "SIGSTOP")
      yield* server.kill("SIGTERM")
      assert.strictEqual(yield* server.exit, 0)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )

  it.live("do not outlive the process that keeps them", () =>
    Effect.gen(function* () {
      const server = yield* served
      const workers = yield* areServing(2, server)
      yield* server.kill("SIGKILL")
      yield* eventually(
        Effect.sync(() => workers.filter((pid) => existsSync(`/proc/${pid}`))),
        ({ length }) => length === 0
      )
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
