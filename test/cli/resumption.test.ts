import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { freePort } from "../Ports.ts"
import * as ServerProcess from "../crash/ServerProcess.ts"
import { assertSameBytes, imageSide, painted } from "../e2e/support/Fixtures.ts"
import { variables } from "../e2e/support/Process.ts"
import { newStorePath } from "../e2e/support/Service.ts"
import { jsonOf, newUser, run, start, type User } from "./support/CommandLine.ts"

/** A server as a process that can be killed and started again at its address, and a user with ten credits there. */
const stage = Effect.gen(function* () {
  const port = yield* freePort
  const environment = {
    ...(yield* Effect.flatMap(newStorePath, variables)),
    PORT: String(port),
    TASK_POLL_INTERVAL: "50 millis"
  }
  const serve = Effect.tap(ServerProcess.serve(environment), ({ listening }) => listening)
  const server = yield* serve
  const user = yield* newUser(`http://127.0.0.1:${port}`)
  yield* run(user, "check-in")
  return { server, serve, user }
})

/** What the books and the upstream have of it in the end: one of each. */
const assertPaidOnce = Effect.fnUntraced(function* (user: User) {
  const { tasks } = yield* UpstreamSimulator
  assert.lengthOf(yield* tasks, 1)
  assert.deepInclude(yield* jsonOf(yield* run(user, "quota", "--json")), { balance: 9 })
  assertSameBytes(readFileSync(join(user.folder, "fox.png")), painted("a red fox"))
  assert.deepStrictEqual(readdirSync(join(user.folder, "state/scnmnt/orders")), [])
})

const slowly = Effect.flatMap(UpstreamSimulator, ({ play }) => play(Fault.takes("4 seconds")))
const command = ["generate", "a red fox", "-o", "fox.png"] as const
const testing = Effect.provide(UpstreamSimulator.layer({ imageSide }))
const patience = { timeout: 120_000 }

it.live(
  "interrupted by ^C it says so, with 130, and the same command picks the order up",
  () =>
    Effect.gen(function* () {
      const { user } = yield* stage
      yield* slowly
      const first = yield* start(user, ...command)
      yield* first.tells("running")
      yield* first.kill("SIGINT")
      const { code, stderr, stdout } = yield* first.ended
      assert.deepStrictEqual([code, stdout.toString()], [130, ""])
      assert.match(
        stderr,
        /Interrupted\. The same command picks the order up where it is, and is not charged twice\.\n$/
      )
      const again = yield* run(user, ...command)
      assert.deepStrictEqual([again.code, again.stdout.toString()], [0, "fox.png\n"], again.stderr)
      yield* assertPaidOnce(user)
    }).pipe(testing),
  patience
)

it.live(
  "interrupted before the service has answered it picks up what became of the order",
  () =>
    Effect.gen(function* () {
      const { user } = yield* stage
      const { awaitRequest, play } = yield* UpstreamSimulator
      yield* play(Fault.lateHeaders({ delay: "3 seconds" }))
      const first = yield* start(user, ...command)
      yield* awaitRequest(({ call }) => call === "submit")
      yield* first.kill("SIGINT")
      assert.strictEqual((yield* first.ended).code, 130)
      const again = yield* run(user, ...command)
      assert.strictEqual(again.code, 0, again.stderr)
      yield* assertPaidOnce(user)
    }).pipe(testing),
  patience
)

it.live(
  "follows on when the server is killed and started again",
  () =>
    Effect.gen(function* () {
      const { serve, server, user } = yield* stage
      yield* slowly
      const generate = yield* start(user, ...command)
      yield* generate.tells("running")
      yield* server.kill
      yield* generate.tells("trying again")
      yield* serve
      const { code, stderr } = yield* generate.ended
      assert.strictEqual(code, 0, stderr)
      yield* assertPaidOnce(user)
    }).pipe(testing),
  patience
)

it.live(
  "of a key of one's own is the same order wherever it is given",
  () =>
    Effect.gen(function* () {
      const { user } = yield* stage
      yield* slowly
      const first = yield* start(user, ...command, "--key", "mine")
      yield* first.tells("running")
      yield* first.kill("SIGINT")
      yield* first.ended
      const { account } = yield* jsonOf(yield* run(user, "quota", "--json"))
      const elsewhere = yield* newUser(user.env["SCNMNT_SERVER"] ?? "")
      const again = yield* run(elsewhere, ...command, "--key", "mine", "--account", String(account), "--json")
      assert.deepInclude(yield* jsonOf(again), { status: "completed", key: "mine", remainingCredits: 9 })
      assert.lengthOf(yield* (yield* UpstreamSimulator).tasks, 1)
    }).pipe(testing),
  patience
)
