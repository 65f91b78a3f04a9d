import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Duration, Effect, Random } from "effect"

/** Decides what the submissions of this prompt meet, and what becomes of its task. */
export const befall = Effect.fnUntraced(function* (prompt: string) {
  const simulator = yield* UpstreamSimulator
  const answers = yield* Random.choice(answersToSubmit)
  yield* Effect.forEach([...answers, yield* aFate], (fault) => simulator.play(fault, { when: { prompt } }))
})

/** Has look-ups fail now and then, for ever. */
export const troubleLookUps = Effect.gen(function* () {
  const simulator = yield* UpstreamSimulator
  yield* Effect.sleep(yield* Random.nextIntBetween(500, 3000))
  yield* simulator.play(yield* Random.choice(answersToLookUp))
}).pipe(Effect.forever)

/** One after the other; most of them more than once, since most submissions are to go well. */
const answersToSubmit: ReadonlyArray<ReadonlyArray<Fault.Fault>> = [
  [],
  [],
  [],
  [],
  [Fault.dropLine()],
  [Fault.dropLine()],
  [Fault.dropLine(), Fault.dropLine()],
  [Fault.dropLine({ accepts: false })],
  [Fault.dropLine({ accepts: false })],
  [Fault.acceptThenFail(500)],
  [Fault.acceptThenFail(500)],
  [Fault.acceptThenFail(524, { html: true }), Fault.refuse(429)],
  [Fault.refuse(429)],
  [Fault.refuse(503, { retryAfter: "1" })],
  [Fault.refuse(429, { retryAfter: "60" })],
  [Fault.refuse(400)],
  [Fault.dropLine(), Fault.refuse(400)],
  [Fault.dropLine({ accepts: false }), Fault.refuse(422)],
  [Fault.brokenJson()],
  [Fault.lateHeaders({ delay: "300 millis" })],
  [Fault.lateHeaders({ delay: "1 second" })]
]

/** Accepted, never found by a look-up, and never painted. */
const vanishing = Fault.fate({ missing: true, runsFor: Duration.infinity })

const aFate = Effect.gen(function* () {
  const queuedFor = yield* Random.nextIntBetween(0, 300)
  const runsFor = yield* Random.nextIntBetween(0, 1000)
  const course = Fault.fate({ queuedFor, runsFor })
  return yield* Random.choice([
    ...Array.from({ length: 9 }, () => course),
    Fault.fails(),
    Fault.fails(),
    Fault.failsAtOnce(),
    Fault.emptyData(),
    vanishing,
    Fault.unknownStatus()
  ])
})

const answersToLookUp: ReadonlyArray<Fault.Fault> = [
  Fault.lookUpFails(502),
  Fault.lookUpFails(429),
  Fault.dropLine({ on: "look-up" }),
  Fault.brokenJson({ on: "look-up" }),
  Fault.lateHeaders({ on: "look-up", delay: "500 millis" })
]
