import { randomUUID } from "node:crypto"
import { Array, Effect } from "effect"
import * as Accounts from "./Accounts.ts"
import type { Load } from "./Load.ts"
import * as Listening from "./Listening.ts"
import * as LoadGenerator from "./LoadGenerator.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added, ratio } from "./Table.ts"

/** How long the upstream paints, in milliseconds: the first look-up finds each picture. */
const runsFor = 500
const prompt = "a lighthouse at dusk"

/**
 * What an order takes: the credit, durably, and the upstream's word that it has the task; and in the background the
 * look-ups and the settling of those before it. A hop that does none of it passes the same task on to the same upstream.
 */
export const generate = Effect.gen(function* () {
  const upstream = yield* Simulator.start({ runsFor })
  const service = yield* Service.start(upstream)
  yield* Accounts.checkIn(service.url)
  const hop = yield* Listening.start("bareHop.ts", upstream.url)
  const load = yield* LoadGenerator.start
  const through = (connections: number) =>
    Effect.tap(load(orders(service.url, connections)), Service.untilIdle(service.storePath))
  const past = (connections: number) => load(submissions(hop, upstream.apiKey, connections))
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
      baseline: taken["hop, 32"].map(({ perSecond }) => perSecond),
      service: taken["service, 32"].map(({ perSecond }) => perSecond),
      atLeast: 0.6
    }),
    added({
      what: "generate, durable, 1 connection, p50",
      unit: "ms",
      baseline: taken["hop, 1"].map(({ p50 }) => p50),
      service: taken["service, 1"].map(({ p50 }) => p50),
      atMost: 1.5
    })
  ]
}).pipe(Effect.scoped)

/** It counts once the tasks from before are being settled: they are looked up 2 seconds after they were ordered. */
const common = (connections: number) => ({
  method: "POST" as const,
  connections,
  warmUp: connections === 1 ? 500 : 3000,
  counted: 2000
})

const orders = (url: string, connections: number): Load => ({
  ...common(connections),
  origin: url,
  headers: { "content-type": "application/json" },
  requests: Array.map(Accounts.accounts, (fingerprint) => ({
    path: "/api/images/generate",
    body: JSON.stringify({ prompt, size: "16:9", fingerprint })
  })),
  expected: { status: 200, text: `"status":"queued"` }
})

/** What the service sends to the upstream for such an order. */
const submissions = (url: string, apiKey: string, connections: number): Load => ({
  ...common(connections),
  origin: url,
  headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
  requests: Array.makeBy(1000, () => ({
    path: "/api/image-tasks/generations",
    body: JSON.stringify({ client_task_id: randomUUID(), prompt, model: "gpt-image-2", size: "16:9" })
  })),
  expected: { status: 200, text: `"status":"` }
})
