import { assert, it } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Clock, Effect, Exit, Fiber, Scope } from "effect"
import { request } from "../e2e/support/Client.ts"
import { generate, newAccount, taskIdOf } from "../e2e/support/Jobs.ts"
import * as Service from "../e2e/support/Service.ts"
import { events, inShort } from "./support/Following.ts"

it.live("a server that is told to stop ends its event streams and answers who waits, and so is gone at once", () =>
  Effect.gen(function* () {
    const { play } = yield* UpstreamSimulator
    const server = yield* Scope.make()
    const service = yield* Service.start(yield* Service.newStorePath).pipe(Scope.provide(server))
    yield* Effect.gen(function* () {
      yield* play(Fault.neverEnds())
      const id = yield* taskIdOf(yield* generate({ fingerprint: yield* newAccount }))
      const followers = yield* Effect.replicateEffect(events(id), 20)
      for (const { readUntil } of followers) yield* readUntil("running")
      const waiting = yield* Effect.forkChild(request(`/api/images/tasks/${id}?wait=55`))
      yield* Service.clientsLeaveIsKnown
      const told = yield* Clock.currentTimeMillis
      yield* Scope.close(server, Exit.void)
      // Requests that run have 10 seconds to finish: to be gone in less, none of these may have been one.
      assert.isBelow((yield* Clock.currentTimeMillis) - told, 5000)
      const answer = yield* Fiber.join(waiting)
      assert.deepInclude(answer.json["data"], { id, status: "running" })
      for (const { readAll } of followers) {
        const text = yield* readAll
        assert.isTrue(text.endsWith("\n\n"))
        assert.match((yield* inShort(text)).at(-1) ?? "", /^running/)
      }
    }).pipe(Effect.provideService(Service.Service, service))
  }).pipe(Effect.provide(UpstreamSimulator.layer()))
)
