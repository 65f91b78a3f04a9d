import { Effect, Fiber, Record } from "effect"
import * as LoadGenerator from "./LoadGenerator.ts"
import * as Orders from "./Orders.ts"
import { rounds } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { asking } from "./status.ts"
import { ratio } from "./Table.ts"

const tasks = 100
/** How long look-ups are counted at a time, in seconds: four rounds of the watcher. */
const seconds = 8

/**
 * What the clients of 100 tasks cost the upstream: look-ups, while so many of them ask once a second each. A service and
 * an upstream for each number, side by side: the tasks have to be young, since old ones are looked up less often.
 */
export const lookUps = Effect.gen(function* () {
  const taken = yield* Effect.all(Record.map({ "1": 1, "10": 10, "100": 100, "1000": 1000 }, lookUpsPerSecond), {
    concurrency: "unbounded"
  })
  return (["10", "100", "1000"] as const).map((clients) =>
    ratio({
      what: `look-ups at the upstream, ${clients} clients on ${tasks} tasks, against 1 client`,
      unit: "/s",
      baseline: taken["1"],
      service: taken[clients],
      // The rounds are jittered: one more or less falls into the time in which they are counted.
      atMost: 1.25
    })
  )
})

const lookUpsPerSecond = Effect.fnUntraced(function* (clients: number) {
  const upstream = yield* Simulator.start()
  const service = yield* Service.start(upstream)
  yield* Orders.checkIn(service.url)
  const load = yield* LoadGenerator.start
  const ids = yield* Orders.place(service.url, tasks, "an owl #fault:never-ends")
  const asked = yield* Effect.forkChild(
    load({
      ...asking(service.url, ids, "", clients),
      every: 1000,
      warmUp: 0,
      counted: (rounds + 1) * seconds * 1000,
      expected: { status: 200, text: `"id":"` }
    })
  )
  const counts = yield* perSecond(upstream.lookUps)
  yield* Fiber.join(asked)
  return counts
}, Effect.scoped)

/** How many come per second, one time after another; what comes at first does not count. */
export const perSecond = Effect.fnUntraced(function* (lookUps: Effect.Effect<number>) {
  yield* Effect.sleep(`${seconds} seconds`)
  let before = yield* lookUps
  return yield* Effect.replicateEffect(
    Effect.gen(function* () {
      yield* Effect.sleep(`${seconds} seconds`)
      const now = yield* lookUps
      const count = now - before
      before = now
      return count / seconds
    }),
    rounds
  )
})
