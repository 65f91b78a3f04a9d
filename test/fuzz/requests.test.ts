import { assert, layer } from "@effect/vitest"
import type { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import * as fc from "fast-check"
import type { Service } from "../e2e/support/Service.ts"
import * as Answers from "./Answers.ts"
import * as Purse from "./Purse.ts"
import * as Requests from "./Requests.ts"
import * as Tally from "./Tally.ts"
import * as Told from "./Told.ts"
import * as Values from "./Values.ts"
import * as Wire from "./Wire.ts"
import * as World from "./World.ts"

/** `SEED` and `RUNS` choose other requests: what fails is told, as small as it can be made, with its seed. */
const runs = Number(process.env["RUNS"] ?? 5000)
const seed = Number(process.env["SEED"] ?? 20_261_123)

/** In milliseconds. Ends a search for the smallest failure that takes for ever, as with one that is a hang. */
const timeLimit = 60_000 + runs * 60

layer(World.layer, { excludeTestServices: true })("every route of the document", (it) => {
  it.effect(
    `answers ${runs} requests as documented, however odd, and none that it refuses costs a credit (SEED=${seed})`,
    () =>
      Effect.gen(function* () {
        const world = yield* World.make
        const purse = yield* Purse.make
        const tally = Tally.make()
        const ask = Effect.fnUntraced(function* (made: Requests.Request) {
          const request = world.present(made)
          const begun = Date.now()
          const answer = yield* Wire.send(request)
          world.notice(answer)
          tally.count(made.operation, answer.status)
          purse.assertHonest(begun, answer)
          yield* Answers.assertGood(request, answer, world.isTroubled(request))
        })
        const runPromise = Effect.runPromiseWith(yield* Effect.context<Service | UpstreamSimulator>())
        const property = fc.asyncProperty(Requests.any(Values.make(world.known)), (made) => runPromise(ask(made)))
        const options = { seed, numRuns: runs, interruptAfterTimeLimit: timeLimit, markInterruptAsFailure: true }
        const begin = performance.now()
        const found = yield* Effect.promise(() => fc.check(property, options))
        assert(!found.failed, Told.failure(found, world.present))
        yield* purse.assertClosed
        const seconds = ((performance.now() - begin) / 1000).toFixed(1)
        process.stdout.write(`${runs} requests in ${seconds} s, SEED=${seed}. ${tally}, ${purse}\n`)
        if (runs >= 5000) tally.assertComplete()
      }).pipe(Effect.scoped),
    timeLimit + 60_000
  )
})
