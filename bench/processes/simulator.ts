import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect, Schema } from "effect"
import { Options, type Said } from "../Simulator.ts"

const say = (said: Said) => process.send?.(said)

/** The simulator in a process of its own, so that its work is done in nobody else's. */
const serve = Effect.gen(function* () {
  const { apiKey, counters, url } = yield* UpstreamSimulator
  process.on("message", () => Effect.runSync(Effect.map(counters, ({ calls }) => say({ _tag: "Calls", calls }))))
  say({ _tag: "Listening", url, apiKey })
  return yield* Effect.never
})

NodeRuntime.runMain(
  Effect.flatMap(Schema.decodeUnknownEffect(Schema.fromJsonString(Options))(process.argv[2]), (options) =>
    // It would look through what it keeps at each request.
    Effect.provide(serve, UpstreamSimulator.layer({ ...options, keepRequests: 1 }))
  )
)
