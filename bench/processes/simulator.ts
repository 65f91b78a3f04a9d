import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Fault from "@scnmnt/upstream-simulator/Fault"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Schema } from "effect"
import { ofBytes, Options, type Said } from "../Simulator.ts"

const say = (said: Said) => process.send?.(said)

/** The simulator in a process of its own, so that its work is done in nobody else's. */
const serve = Effect.fnUntraced(function* (imageBytes: ReadonlyArray<number>) {
  const { apiKey, counters, play, url } = yield* UpstreamSimulator
  for (const bytes of imageBytes) {
    yield* play(Fault.hugeImage({ bytes }), { when: { prompt: ofBytes(bytes) }, times: Infinity })
  }
  process.on("message", () => Effect.runSync(Effect.map(counters, ({ calls }) => say({ _tag: "Calls", calls }))))
  say({ _tag: "Listening", url, apiKey })
  return yield* Effect.never
})

Effect.gen(function* () {
  const { imageBytes = [], ...options } = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Options))(
    process.argv[2]
  )
  // It would look through what it keeps at each request.
  return yield* Effect.provide(serve(imageBytes), UpstreamSimulator.layer({ ...options, keepRequests: 1 }))
}).pipe(NodeRuntime.runMain)
