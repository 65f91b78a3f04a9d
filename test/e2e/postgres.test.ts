import { assert, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import * as PostgresServer from "../../packages/adapters-quota/test/PostgresServer.ts"
import { databaseOn } from "../../packages/adapters-quota/test/TemporaryDatabase.ts"
import { eventually, post, request } from "./support/Client.ts"
import { assertFailure } from "./support/Failures.ts"
import { imageSide } from "./support/Fixtures.ts"
import { balanceOf, follow, generate, newAccount, taskIdOf, taskOf } from "./support/Jobs.ts"
import * as Service from "./support/Service.ts"
import { submissionsOf } from "./support/Upstream.ts"

const key = { "idempotency-key": "order-1" }

it.live(
  "nodes on one database answer for each other's tasks, and go on by themselves when it has been away",
  () =>
    Effect.gen(function* () {
      const { play } = yield* UpstreamSimulator
      const database = yield* PostgresServer.make
      const url = databaseOn(database.url, "postgres")
      const node = Service.start(url, { QUOTA_STORE_URL: url })
      const [one, other] = [yield* node, yield* node]
      const atOne = Effect.provideService(Service.Service, one)
      const atOther = Effect.provideService(Service.Service, other)

      const fingerprint = yield* atOne(newAccount)
      const first = yield* atOther(Effect.flatMap(generate({ fingerprint }, key), taskIdOf))
      assert.strictEqual((yield* atOne(follow(first))).status, "completed")
      assert.strictEqual(yield* atOne(Effect.flatMap(generate({ fingerprint }, key), taskIdOf)), first)
      assert.lengthOf(yield* submissionsOf(first), 1)

      yield* play(Fault.takes("1 second"))
      const running = yield* atOne(Effect.flatMap(generate({ fingerprint }), taskIdOf))
      yield* database.stop
      for (const answer of [
        yield* atOne(generate({ fingerprint }, { "idempotency-key": "order-2" })),
        yield* atOther(post("/api/quota/check-in", { fingerprint })),
        yield* atOther(request(`/api/images/tasks/${running}`))
      ]) {
        yield* atOne(assertFailure(answer, 503, "QuotaUnavailable"))
        assert.strictEqual(answer.headers.get("retry-after"), String(answer.json["retryAfter"]))
      }
      const unready = yield* atOne(eventually(request("/readyz"), ({ status }) => status === 503))
      yield* atOne(assertFailure(unready, 503, "NotReady"))
      assert.strictEqual((yield* atOne(request("/healthz"))).status, 200)

      yield* database.start
      yield* atOther(eventually(request("/readyz"), ({ status }) => status === 200))
      assert.strictEqual((yield* atOther(follow(running))).status, "completed")
      assert.strictEqual(yield* atOther(balanceOf(fingerprint)), 8)
      const repeated = yield* atOther(
        Effect.flatMap(generate({ fingerprint }, { "idempotency-key": "order-2" }), taskIdOf)
      )
      yield* atOne(eventually(taskOf(repeated), ({ status }) => status === "completed"))
      assert.strictEqual(yield* atOne(balanceOf(fingerprint)), 7)
    }).pipe(Effect.provide(UpstreamSimulator.layer({ imageSide }))),
  { timeout: 90_000 }
)
