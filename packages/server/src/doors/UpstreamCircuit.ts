import { type Sign, UpstreamBreaker, UpstreamDown } from "@scnmnt/core/UpstreamBreaker"
import { Duration, Effect, Exit, Layer, Metric, Schedule, Stream } from "effect"
import { CircuitBreaker } from "effect/persistence"

const key = "upstream"

/**
 * Opens when five orders in a row found an upstream that takes none, each after all its tries; a blip that these bridge
 * opens nothing. After 5 seconds, then 10, and a minute at most, one order may try again and closes it or not.
 */
const circuit = CircuitBreaker.layer({
  tripPolicy: CircuitBreaker.consecutive(5),
  openDuration: Schedule.exponential("5 seconds").pipe(
    Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.minutes(1))))
  )
}).pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))

/** How it stands now: `Closed` is as it should be. */
export const state = Effect.orDie(CircuitBreaker.CircuitBreaker.use(({ state }) => state(key)))

/** Spares callers the wait for an upstream that is down, and the upstream theirs. What was paid for is followed anyway. */
const breaker = Layer.effect(
  UpstreamBreaker,
  Effect.map(CircuitBreaker.CircuitBreaker, ({ execute }) => ({
    guard: (order, sign) =>
      execute(Effect.exit(order), {
        key,
        classify: (end) => (Exit.isSuccess(end) ? outcomes[sign(end.value)] : CircuitBreaker.ignored)
      }).pipe(
        Effect.mapError(
          ({ reason }) =>
            new UpstreamDown({ retryAfter: reason._tag === "CircuitOpen" ? reason.retryAfter : whileOneTries })
        ),
        Effect.flatten
      )
  }))
)

const outcomes: Readonly<Record<Sign, CircuitBreaker.Outcome>> = {
  up: CircuitBreaker.success,
  down: CircuitBreaker.failure(),
  none: CircuitBreaker.ignored
}
const whileOneTries = Duration.seconds(5)

/** 0 closed, 1 one order may try, 2 open. */
const gauge = Metric.gauge("scnmnt_upstream_circuit", {
  description: "Whether orders reach the upstream: 0 they do, 1 one of them tries, 2 none does"
})
const levels = { Closed: 0, HalfOpen: 1, Open: 2 }

const told = Layer.effectDiscard(
  CircuitBreaker.CircuitBreaker.use(({ transitions }) =>
    transitions.pipe(
      Stream.runForEach(({ to }) =>
        Effect.andThen(Metric.update(gauge, levels[to]), Effect.logWarning(`the circuit to the upstream: ${to}`))
      ),
      Effect.forkScoped,
      Effect.andThen(Metric.update(gauge, levels.Closed))
    )
  )
)

export const layer = Layer.merge(breaker, told).pipe(Layer.provideMerge(circuit))
