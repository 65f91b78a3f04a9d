import { Effect } from "effect"
import { Command } from "effect/cli"
import { enhance } from "./Enhance.ts"
import { generate } from "./Generate.ts"
import * as Program from "./Program.ts"
import { checkIn, quota } from "./Quota.ts"
import { task } from "./Task.ts"

// A client is not to load the server: that takes longer than most of what a client does.
const serve = Command.make("serve", {}, () =>
  Effect.flatMap(
    Effect.promise(() => import("./Serve.ts")),
    ({ serve }) => serve
  )
).pipe(Command.withDescription("Serve the HTTP API; configured by the environment, see .env.example"))

const audit = Command.make("audit", {}, () =>
  Effect.flatMap(
    Effect.promise(() => import("./Audit.ts")),
    ({ audit }) => audit
  )
).pipe(Command.withDescription("Check that the books balance; exits 1 and names the accounts if they do not"))

/** Runs the whole command line; what the demo is depends on who has the simulator. */
export const run = <E, R>(
  demo: Command.Command<"demo", never, object, E, R>
): Effect.Effect<void, unknown, R | Command.Environment> =>
  Program.run(
    Command.make("scnmnt").pipe(
      Command.withDescription(
        [
          "Image generation: credits, tasks, images and better prompts.",
          "",
          "Exit status: 0 done · 1 no picture, or refused · 2 wrong command or file · 3 not enough credits ·",
          "  4 server not reached · 5 server busy · 130 interrupted · 141 reader of the output left"
        ].join("\n")
      ),
      Command.withSubcommands([
        { group: "WITH A SERVER", commands: [generate, enhance, task, quota, checkIn] },
        { group: "AS A SERVER", commands: [serve, audit] },
        { group: "TO TRY IT", commands: [demo] }
      ])
    )
  )
