import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import * as BareServer from "./BareServer.ts"
import type { Load } from "./Load.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import * as Orders from "./Orders.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added, ratio } from "./Table.ts"
import * as Usage from "./Usage.ts"

/**
 * What an order takes: the credit, durably, and the upstream's word that it has the task; and in the background the
 * look-ups and the settling of those before it. A hop that does none of it passes the same task on to the same upstream.
 */
export const generate = Effect.gen(function* () {
  const upstream = yield* Simulator.start({ runsFor: 500 })
  const service = yield* Service.start(upstream)
  yield* Orders.checkIn(service.url)
  const hop = yield* BareServer.start("bareHop.ts", upstream.url)
  const load = yield* LoadGenerator.start
  const through = (connections: number) =>
    service.awake(Usage.during(service.pid, load(Orders.load(service.url, connections))))
  const past = (connections: number) => Usage.during(hop.pid, load(submissions(hop.url, upstream.apiKey, connections)))
  const taken = yield* alternate({
    "service, 32": through(32),
    "hop, 32": past(32),
    "service, 1": through(1),
    "hop, 1": past(1)
  })
  return [
    ratio({
      what: "generate, durable, 32 connections",
      unit: "/s",
      baseline: taken["hop, 32"].map(({ value }) => value.perSecond),
      service: taken["service, 32"].map(({ value }) => value.perSecond),
      atLeast: 0.6
    }),
    added({
      what: "generate, durable, CPU time of the process",
      unit: "µs",
      baseline: taken["hop, 32"].map(Usage.cpuPerAnswer),
      service: taken["service, 32"].map(Usage.cpuPerAnswer)
    }),
    added({
      what: "generate, durable, 1 connection, p50",
      unit: "ms",
      baseline: taken["hop, 1"].map(({ value }) => value.p50),
      service: taken["service, 1"].map(({ value }) => value.p50),
      atMost: 1.5
    })
  ]
}).pipe(Effect.scoped)

/** What the service sends to the upstream for the same orders. */
const submissions = (url: string, apiKey: string, connections: number): Load => ({
  ...Orders.load(url, connections),
  headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
  requests: Orders.accounts.map(() => ({
    path: "/api/image-tasks/generations",
    body: JSON.stringify({ client_task_id: randomUUID(), prompt: Orders.prompt, model: "gpt-image-2", size: "16:9" })
  })),
  expected: { status: 200, text: `"status":"` }
})
