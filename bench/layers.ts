import { Effect } from "effect"
import * as BareServer from "./BareServer.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import { dataFolder } from "./Machine.ts"
import { alternate } from "./Rounds.ts"
import { asking } from "./status.ts"
import { added, ratio } from "./Table.ts"
import * as Usage from "./Usage.ts"

const id = "00000000-0000-4000-8000-000000000000"
const text = JSON.stringify({
  code: 0,
  message: "ok",
  data: {
    id,
    mode: "text",
    size: "1:1",
    status: "completed",
    image: `/api/images/tasks/${id}/image`,
    createdAt: "1970-01-01T00:00:00.000Z",
    updatedAt: "1970-01-01T00:00:00.000Z"
  }
})

/**
 * What an answer costs before the service has done anything for it: the same constant text as a bare server says, from
 * Effect's HTTP server alone, behind its router, and as an endpoint with this route's schemas; what that costs more within
 * as many middlewares and among as many services as there are. And what the route would cost in plain code, past all of
 * that, with everything that it promises.
 */
export const layers = Effect.gen(function* () {
  const load = yield* LoadGenerator.start
  const answer = ({ pid, url }: { readonly pid: number | undefined; readonly url: string }) =>
    Usage.during(pid, load(asking(url, [id], "completed", 32)))
  const taken = yield* alternate({
    bare: answer(yield* BareServer.start("bareServer.ts", text)),
    server: answer(yield* BareServer.start("layers.ts", "server", text)),
    router: answer(yield* BareServer.start("layers.ts", "router", text)),
    api: answer(yield* BareServer.start("layers.ts", "api", text)),
    middlewares: answer(yield* BareServer.start("layers.ts", "middlewares", text)),
    context: answer(yield* BareServer.start("layers.ts", "context", text)),
    plain: answer(yield* BareServer.start("plainRoute.ts", id, yield* dataFolder))
  })
  const row = (layer: Exclude<keyof typeof taken, "bare">, what: string) =>
    added({
      what: `${what}, CPU time of the process`,
      unit: "µs",
      baseline: taken.bare.map(Usage.cpuPerAnswer),
      service: taken[layer].map(Usage.cpuPerAnswer)
    })
  return [
    row("server", "a constant answer, Effect's HTTP server"),
    row("router", "a constant answer, its router too"),
    row("api", "a constant answer, this route's schemas too"),
    row("middlewares", "the same within eleven middlewares that do nothing"),
    row("context", "the same among sixty services"),
    row("plain", "a status with all that it promises, in plain code"),
    ratio({
      what: "a status with all that it promises, in plain code, 32 connections",
      unit: "/s",
      baseline: taken.bare.map(({ value }) => value.perSecond),
      service: taken.plain.map(({ value }) => value.perSecond)
    })
  ]
}).pipe(Effect.scoped)
