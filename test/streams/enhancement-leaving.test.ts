import { assert, layer } from "@effect/vitest"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Fiber } from "effect"
import { enhance } from "../e2e/support/Enhancement.ts"
import { eventually } from "../e2e/support/Client.ts"
import * as Service from "../e2e/support/Service.ts"
import { asked, hungUp, speaker, token } from "./support/Chat.ts"
import * as Time from "./support/Time.ts"

const fox = { prompt: "a red fox", direction: "details" }

// The service's time stands still here: nothing ends because a limit has run out.
layer(Time.layer(), { excludeTestServices: true })(
  "who leaves an enhancement ends the upstream's part at once",
  (it) => {
    it.effect("before the upstream has answered", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        yield* speaker
        const answer = yield* Effect.forkChild(enhance(fox))
        yield* asked
        yield* Fiber.interrupt(answer)
        yield* hungUp
      })
    )

    it.effect("in the open stream, before the first token", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        yield* speaker
        const answer = yield* Effect.forkChild(enhance(fox))
        yield* asked
        yield* Time.pass("5 seconds")
        const { leave } = yield* Fiber.join(answer)
        yield* leave
        yield* hungUp
      })
    )

    it.effect("between two tokens", () =>
      Effect.gen(function* () {
        const { play } = yield* Service.freshUpstream
        yield* play(Fault.chatStall())
        const { leave, readUntil } = yield* enhance(fox)
        yield* readUntil("fox")
        yield* leave
        yield* hungUp
      })
    )

    it.effect("without reading what is there to be read", () =>
      Effect.gen(function* () {
        yield* Service.freshUpstream
        const { say } = yield* speaker
        const answer = yield* Effect.forkChild(enhance(fox))
        yield* asked
        yield* say(token("x".repeat(100_000)).repeat(100))
        const { leave } = yield* Fiber.join(answer)
        yield* leave
        yield* hungUp
      })
    )

    it.effect("fifty times, and no line to the upstream is left", () =>
      Effect.gen(function* () {
        const { counters, play } = yield* Service.freshUpstream
        yield* play(Fault.chatStall(), { times: 50 })
        const leaving = Effect.gen(function* () {
          const { leave, readUntil } = yield* enhance(fox)
          yield* readUntil("fox")
          yield* leave
        })
        yield* Effect.all(
          Array.from({ length: 50 }, () => leaving),
          { concurrency: "unbounded" }
        )
        yield* eventually(counters, ({ connections }) => connections.open === 0)
        const { requests } = yield* UpstreamSimulator
        assert.deepStrictEqual(new Set((yield* requests).map(({ outcome }) => outcome)), new Set(["hung-up"]))
      })
    )
  }
)
