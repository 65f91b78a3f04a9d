import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit } from "effect"
import { Command } from "effect/cli"
import { audit } from "./cli/Audit.ts"
import { serve } from "./cli/Serve.ts"
import packageJson from "../package.json" with { type: "json" }

const scnmnt = Command.make("scnmnt").pipe(
  Command.withDescription("Image generation: credits, tasks, images and better prompts"),
  Command.withSubcommands([serve, audit])
)

scnmnt.pipe(
  Command.run({ version: packageJson.version }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    // To be told to stop is no failure.
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)
  })
)
