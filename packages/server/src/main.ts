#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { demoElsewhere } from "./cli/DemoElsewhere.ts"
import { teardown } from "./cli/Interruption.ts"
import * as Scnmnt from "./cli/Scnmnt.ts"

Scnmnt.run(demoElsewhere).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain({ teardown }))
