import { globSync, statSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { Effect } from "effect"
import { bundle, everythingOf } from "../test/packages/Bundle.ts"
import { root, run } from "../test/packages/Consumer.ts"
import { open } from "./Client.ts"
import * as BareServer from "./BareServer.ts"
import { alternate } from "./Rounds.ts"
import * as Service from "./Service.ts"
import * as Simulator from "./Simulator.ts"
import { added, single } from "./Table.ts"

/** What the service takes before it does anything: time from its start to its first answer, and bytes. */
export const start = Effect.gen(function* () {
  const upstream = yield* Simulator.start()
  const taken = yield* alternate({
    bare: untilAnswer(BareServer.start("bareServer.ts")),
    service: untilAnswer(Service.start(upstream))
  })
  return [
    added({ what: "start to first answer", unit: "ms", baseline: taken.bare, service: taken.service }),
    single({ what: "production dependencies, installed", unit: "MB", values: [installedBytes() / 1_000_000] }),
    yield* bundled("core", everythingOf("packages/core")),
    yield* bundled("the fetch handler", `export * from "@scnmnt/server/FetchHandler"`)
  ]
}).pipe(Effect.scoped)

const untilAnswer = Effect.fnUntraced(function* <E, R>(starting: Effect.Effect<{ readonly url: string }, E, R>) {
  const start = performance.now()
  const { url } = yield* starting
  yield* open(`${url}/healthz`)
  return performance.now() - start
}, Effect.scoped)

/** What `npm ci --omit=dev` brings for the server, without the project's own packages. */
const installedBytes = () =>
  run("npm", ["ls", "--omit=dev", "--all", "--parseable", "--workspace=@scnmnt/server"])
    .trim()
    .split("\n")
    .filter((folder) => folder !== root && !folder.includes("/node_modules/@scnmnt/"))
    .flatMap((cwd) => globSync("**/*", { cwd, exclude: ["node_modules"], withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .reduce((sum, { name, parentPath }) => sum + statSync(join(parentPath, name)).size, 0)

/** Without the stores other than the one in memory, which are loaded when the settings ask for them. */
const bundled = Effect.fnUntraced(function* (what: string, code: string) {
  const minified = yield* Effect.promise(() => bundle(code, "esm", { minify: true }))
  const bytes = gzipSync(minified.code).length
  return single({ what: `${what}, bundled, minified, gzipped`, unit: "kB", values: [bytes / 1000] })
})
