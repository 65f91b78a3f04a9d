import { Context, type Duration, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import type { Variables } from "../../e2e/support/Process.ts"
import * as Service from "../../e2e/support/Service.ts"
import { UpstreamSimulator, type Options } from "@scnmnt/upstream-simulator/UpstreamSimulator"

/** The service's time: it stands still until a test lets some pass. The upstream and the test live in real time. */
export class Time extends Context.Service<
  Time,
  {
    /** Lets this much pass, and then waits until the service has done what it had to. */
    pass(duration: Duration.Input): Effect.Effect<void>
  }
>()("test/streams/Time") {}

/** The real service on a port of its own and a clock of its own, and the simulator that is its upstream. */
export const layer = (variables: Variables = {}, upstream: Options = {}) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const clock = yield* Layer.build(TestClock.layer())
      const started = Service.start(yield* Service.newStorePath, variables)
      const service = yield* Effect.provideContext(started, clock)
      const pass = (duration: Duration.Input) =>
        TestClock.adjust(duration).pipe(
          Effect.provideContext(clock),
          Effect.andThen(Service.clientsLeaveIsKnown),
          Effect.provideService(Service.Service, service),
          Effect.orDie
        )
      return Context.make(Service.Service, service).pipe(Context.add(Time, { pass }))
    })
  ).pipe(Layer.provideMerge(UpstreamSimulator.layer(upstream)))

export const pass = (duration: Duration.Input) => Time.use(({ pass }) => pass(duration))
