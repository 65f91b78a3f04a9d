import { Effect } from "effect"
import * as BareServer from "./BareServer.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import type { Load } from "./Load.ts"
import * as Orders from "./Orders.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { ratio } from "./Table.ts"

const megabyte = 1_000_000
const sizes = [2, 50]
const connections = [1, 8]

/** How fast images come through the service, and through a hop that pipes the same ones from the same upstream. */
export const image = Effect.gen(function* () {
  const upstream = yield* Simulator.start({ imageBytes: sizes.map((size) => size * megabyte) })
  const service = yield* Service.start(upstream)
  yield* Orders.checkIn(service.url)
  const hop = yield* BareServer.start("bareHop.ts", upstream.url)
  const load = yield* LoadGenerator.start
  const combinations = sizes.flatMap((size) => connections.map((count) => ({ size, count })))
  return yield* Effect.forEach(combinations, ({ count, size }) =>
    Effect.gen(function* () {
      const bytes = size * megabyte
      const [id = ""] = yield* Orders.place(service.url, 1, Simulator.ofBytes(bytes))
      yield* Orders.atEnd(service.url, [id])
      const taken = yield* alternate({
        hop: load(fetching(hop.url, `/images/${id}.png`, bytes, count)),
        service: load(fetching(service.url, `/api/images/tasks/${id}/image`, bytes, count))
      })
      const perSecond = ({ bytesPerSecond }: { readonly bytesPerSecond: number }) => bytesPerSecond / megabyte
      return ratio({
        what: `image of ${size} MB, ${count} ${count === 1 ? "connection" : "connections"}`,
        unit: "MB/s",
        baseline: taken.hop.map(perSecond),
        service: taken.service.map(perSecond),
        atLeast: 0.8
      })
    })
  )
}).pipe(Effect.scoped)

const fetching = (origin: string, path: string, bytes: number, connections: number): Load => ({
  origin,
  method: "GET",
  headers: {},
  requests: [{ path }],
  connections,
  warmUp: 300,
  counted: 1000,
  expected: { status: 200, bytes }
})
