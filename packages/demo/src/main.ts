import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { teardown } from "@scnmnt/server/cli/Interruption"
import * as Scnmnt from "@scnmnt/server/cli/Scnmnt"
import { Effect } from "effect"
import { demo } from "./Command.ts"

Scnmnt.run(demo).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain({ teardown }))
