import { Effect } from "effect"
import { freePort } from "../test/Ports.ts"
import type { Load, Sample } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import * as Orders from "./Orders.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { asking } from "./status.ts"
import { ratio } from "./Table.ts"

/** What a second process on the port brings, with the books in one file: on two cores it shares them with all others. */
export const workers = Effect.gen(function* () {
  const load = yield* LoadGenerator.start
  const taken = yield* alternate({
    one: yield* served(load, {}),
    two: yield* served(load, { WORKERS: "2", PORT: String(yield* freePort) })
  })
  return (["generate", "status"] as const).map((what) =>
    ratio({
      what: `${what}, 2 workers, against 1`,
      unit: "/s",
      baseline: taken.one.map((round) => round[what].perSecond),
      service: taken.two.map((round) => round[what].perSecond)
    })
  )
}).pipe(Effect.scoped)

const served = Effect.fnUntraced(function* (
  load: (load: Load) => Effect.Effect<Sample>,
  further: Readonly<Record<string, string>>
) {
  const { awake, url } = yield* Service.start(yield* Simulator.start({ runsFor: 500 }), further)
  yield* Orders.checkIn(url)
  const ids = yield* Orders.place(url, 100, Orders.prompt)
  yield* Orders.atEnd(url, ids)
  return awake(
    Effect.all({
      generate: load(Orders.load(url, 32)),
      status: load(asking(url, ids, "completed", 32))
    })
  )
})
