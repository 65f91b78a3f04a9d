import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { request } from "../../e2e/support/Client.ts"
import { enhance } from "../../e2e/support/Enhancement.ts"
import { file, png } from "../../e2e/support/Fixtures.ts"
import { follow, generate, generateByForm, imagePath, newAccount, taskIdOf } from "../../e2e/support/Jobs.ts"
import * as Prometheus from "./Prometheus.ts"

/** One of each: an image, an edit that fails, an order that is refused, and a better prompt; and what was measured. */
export const metricsOfSome = Effect.gen(function* () {
  const { play } = yield* UpstreamSimulator
  const fingerprint = yield* newAccount
  const painted = yield* taskIdOf(yield* generate({ fingerprint }))
  yield* follow(painted)
  yield* request(imagePath(painted))
  yield* play(Fault.failsAtOnce())
  yield* generateByForm({ fingerprint }, [file("fox.png", png("a fox"))])
  yield* play(Fault.refuse(400))
  yield* generate({ fingerprint })
  const { readAll } = yield* enhance({ prompt: "a red fox", direction: "details" })
  yield* readAll
  return yield* metrics
})

/** What the service shows to Prometheus. */
export const metrics = Effect.map(request("/metrics"), ({ text }) => Prometheus.parse(text))

/** A series' value by its name and labels. */
export const valueOf = (
  families: ReadonlyMap<string, Prometheus.Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {}
) =>
  [...families.values()]
    .flatMap(({ series }) => series)
    .find(
      (series) =>
        series.name === name && Object.entries(labels).every(([label, value]) => series.labels[label] === value)
    )?.value
