import { Clock, Duration, Effect, Random, References, Scheduler, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { Chance } from "./Chance.ts"
import * as History from "./History.ts"
import * as World from "./World.ts"

/** What went wrong in a history, and its steps. */
export interface Report {
  readonly seed: number
  readonly violations: ReadonlyArray<string>
  readonly told: ReadonlyArray<string>
}

/** One random history, all of it from its seed. */
export const history = Effect.fnUntraced(
  function* (seed: number, open: Effect.Effect<World.Books, unknown, Scope.Scope>) {
    const chance = new Chance(seed)
    const world = yield* World.random(yield* open, chance)
    const { violations } = world.oracle
    const { told, begin, step, check, end } = History.make(world, chance)
    yield* begin
    for (let left = 10 + chance.below(30); left > 0 && violations.length === 0; left--) {
      yield* step
      yield* check
    }
    if (violations.length === 0) yield* end
    return { seed, told, violations } satisfies Report
  },
  (effect, seed) => onTestClock(effect, seed)
)

/** On a test clock of its own, with all that is random in it from the seed. */
export const onTestClock = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>, seed: number) =>
  inWholeMillis(effect).pipe(
    Effect.scoped,
    Effect.provide(TestClock.layer()),
    Random.withSeed(seed),
    Effect.provideService(References.MinimumLogLevel, "None"),
    // A fiber goes on until it waits, so that the oracle hears of each transaction at once; and microtasks are quick.
    Effect.provideService(References.PreventSchedulerYield, true),
    Effect.provideService(Scheduler.Scheduler, new Scheduler.MixedScheduler("sync"))
  )

/** As a machine's clock goes: a jittered pause would bring times that no machine tells. */
const inWholeMillis = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  TestClock.testClockWith((clock) => {
    const whole: TestClock.TestClock = {
      ...clock,
      sleep: (duration) => clock.sleep(wholeMillis(duration)),
      adjust: (duration) => Effect.andThen(settled, clock.adjust(wholeMillis(duration)))
    }
    return Effect.provideService(effect, Clock.Clock, whole)
  })

const wholeMillis = (duration: Duration.Input) =>
  Duration.millis(Math.ceil(Duration.toMillis(Duration.fromInputUnsafe(duration))))

/** Lets what runs come to where it waits for time: the clock looks after those alone that it wakes itself. */
const settled = Effect.repeat(Effect.yieldNow, { times: 20 })
