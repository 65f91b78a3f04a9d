import { Command } from "effect/cli"
import { usage } from "./CommandFailed.ts"

/** `scnmnt demo` where the simulator is not: in an installed package. */
export const demoElsewhere = Command.make("demo", {}, () =>
  usage(
    "The demo needs the simulated image service, which is not part of the package. In a checkout of the repository: npm ci && npm run demo"
  )
).pipe(Command.withDescription("The whole job without an image service, in a checkout of the repository"))
