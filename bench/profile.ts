import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Console, Effect, Schedule, Schema } from "effect"
import * as LoadGenerator from "./LoadGenerator.ts"
import { dataFolder } from "./Machine.ts"
import * as Orders from "./Orders.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { asking } from "./status.ts"

/** Whose code it is, by its address; the first that fits. What has none is V8's or the system's. */
const owners: ReadonlyArray<readonly [owner: string, address: RegExp]> = [
  ["the books", /packages\/adapters-quota\//],
  ["the service", /packages\//],
  ["Effect's Schema", /effect\/dist\/(internal\/schema\/|schema\/|Schema)/],
  ["Effect's HTTP layer", /effect\/dist\/(http|http-api|persistence|net)\/|@effect\/platform-node\//],
  ["Effect's runtime", /effect\/dist\//],
  ["undici", /undici/],
  ["Node's library", /^node:/]
]

/** Where the thread's time goes while questions, and while orders come by 32 connections: by V8's sampling profiler. */
export const profile = Effect.gen(function* () {
  const load = yield* LoadGenerator.start
  const status = yield* sharesOf((url, completed) => load(asking(url, completed, "completed", 32)))
  const generate = yield* sharesOf((url) => load(Orders.load(url, 32)))
  const line = (cells: ReadonlyArray<string>) => Console.log(`| ${cells.join(" | ")} |`)
  yield* line(["share of the busy time", "status", "generate"])
  yield* Console.log("|---|---|---|")
  const names = [...new Set([...generate.keys(), ...status.keys()])]
  const percent = (share = 0) => `${(100 * share).toFixed(0)} %`
  yield* Effect.forEach(
    names.toSorted((a, b) => (status.get(b) ?? 0) - (status.get(a) ?? 0)),
    (name) => line([name, percent(status.get(name)), percent(generate.get(name))])
  )
}).pipe(Effect.scoped)

/** Loads that come before what is counted: code that is not compiled yet is another's profile. */
const warmUps = 6

const sharesOf = Effect.fnUntraced(function* (
  apply: (url: string, completed: ReadonlyArray<string>) => ReturnType<Effect.Success<typeof LoadGenerator.start>>
) {
  const folder = yield* dataFolder
  const upstream = yield* Simulator.start({ runsFor: 500 })
  const service = yield* Service.start(upstream, { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` })
  yield* Orders.checkIn(service.url)
  const completed = yield* Orders.place(service.url, 100, Orders.prompt)
  yield* Orders.atEnd(service.url, completed)
  yield* Effect.replicateEffect(apply(service.url, completed), warmUps + 2, { discard: true })
  yield* service.stop
  return yield* Effect.sync(() => readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"))).pipe(
    Effect.repeat({ until: (names) => names.length > 0, schedule: Schedule.spaced("100 millis") }),
    Effect.flatMap(([name = ""]) => decode(readFileSync(join(folder, name), "utf8"))),
    Effect.map(shares)
  )
}, Effect.scoped)

/** As the DevTools protocol has it (Profiler.Profile): a sample names a node, and the time since the one before it. */
const Profile = Schema.Struct({
  nodes: Schema.Array(
    Schema.Struct({
      id: Schema.Int,
      callFrame: Schema.Struct({ functionName: Schema.String, url: Schema.String })
    })
  ),
  samples: Schema.Array(Schema.Int),
  timeDeltas: Schema.Array(Schema.Int)
})
const decode = Schema.decodeEffect(Schema.fromJsonString(Profile))

const shares = ({ nodes, samples, timeDeltas }: typeof Profile.Type): ReadonlyMap<string, number> => {
  const owner = new Map(nodes.map(({ callFrame, id }) => [id, ownerOf(callFrame)]))
  const micros = new Map<string, number>()
  const from = Math.floor((samples.length * warmUps) / (warmUps + 2))
  for (let index = from; index < samples.length; index++) {
    const name = owner.get(samples[index] ?? 0) ?? idle
    if (name !== idle) micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const total = [...micros.values()].reduce((sum, some) => sum + some, 0)
  return new Map([...micros].map(([name, some]) => [name, some / total]))
}

const idle = "(idle)"

const ownerOf = ({ functionName, url }: { readonly functionName: string; readonly url: string }) => {
  if (functionName === idle) return idle
  if (functionName === "(garbage collector)") return "garbage collection"
  return owners.find(([, address]) => address.test(url))?.[0] ?? "the system and V8"
}
