import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { promptFaults } from "./PromptFaults.ts"
import { UpstreamSimulator } from "./UpstreamSimulator.ts"

const port = Flag.Int("port").pipe(
  Flag.withDescription("Where to listen on 127.0.0.1; 0 is any free port"),
  Flag.withDefault(8000)
)
const apiKey = Flag.String("api-key").pipe(
  Flag.withDescription("The Bearer key to ask for"),
  Flag.withDefault("simulator-key")
)

const announce = Effect.gen(function* () {
  const simulator = yield* UpstreamSimulator
  yield* Console.log(`CHATGPT2API_BASE_URL=${simulator.url}/v1\nCHATGPT2API_API_KEY=${simulator.apiKey}`)
})

const command = Command.make("upstream-simulator", { port, apiKey }, (options) =>
  Layer.launch(
    Layer.effectDiscard(announce).pipe(
      Layer.provide(
        UpstreamSimulator.layer({
          ...options,
          queuedFor: "700 millis",
          runsFor: "2700 millis",
          firstTokenAfter: "400 millis",
          tokenEvery: "25 millis",
          imageSide: 768
        })
      )
    )
  )
).pipe(
  Command.withDescription(
    "chatgpt2api's wire with no account behind it. A prompt may ask for faults by name, as in " +
      `'a red fox #fault:drop-line': ${Object.keys(promptFaults).join(", ")}.`
  )
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
