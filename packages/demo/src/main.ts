import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Task } from "@scnmnt/server/api/ImagesApi"
import { EnhanceJson } from "@scnmnt/server/api/PromptsApi"
import { Cause, Effect, Exit, Layer, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { Client } from "./Client.ts"
import * as Demo from "./Demo.ts"
import * as References from "./References.ts"
import { Screen } from "./Screen.ts"
import * as Stage from "./Stage.ts"
import packageJson from "../package.json" with { type: "json" }

const flags = {
  prompt: Flag.String("prompt").pipe(
    Flag.withDescription("What the picture is to show"),
    Flag.withSchema(EnhanceJson.fields.prompt),
    Flag.withDefault(EnhanceJson.fields.prompt.make("a pine forest by the water at sunrise"))
  ),
  size: Flag.Literals("size", Task.fields.size.literals).pipe(
    Flag.withDescription("Its shape, width to height"),
    Flag.withDefault("16:9")
  ),
  references: Flag.String("reference").pipe(
    Flag.withMetavar("file"),
    Flag.withDescription("An image to start from: PNG, JPEG, WebP or GIF; may be given several times"),
    Flag.atLeast(0)
  ),
  port: Flag.Int("port").pipe(
    Flag.withDescription("Where the server listens; 3000 unless told, or a free port if that one is taken"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
    Flag.optional
  ),
  once: Flag.Boolean("once").pipe(
    Flag.withDescription("End after the picture instead of staying up"),
    Flag.withDefault(false)
  )
}

const demo = Command.make(
  "npm run demo --",
  flags,
  Effect.fnUntraced(function* ({ once, port, references, ...wish }) {
    const wanted = { ...wish, references: yield* References.read(references) }
    const stage = Client.layer.pipe(Layer.provideMerge(Stage.layer(port)), Layer.provide(NodeHttpClient.layerUndici))
    yield* Demo.show(wanted, once).pipe(Effect.provide([stage, Screen.layer]))
  })
).pipe(
  Command.withDescription(
    "The whole job on this machine: credits, a better prompt as a stream, a picture. The image service is simulated, so it needs no account and costs nothing."
  )
)

demo.pipe(
  Command.run({ version: packageJson.version }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    // Ctrl-C is how the demo ends.
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)
  })
)
