import { type Runtime, runtime } from "./Runtime.ts"

/** Where a runtime does not behave as Node does, and how: docs/runtimes.md explains each. */
const differences = {
  "takes in what follows a refusal": ["deno", "bun"],
  "tells no length of what is streamed": ["bun"],
  "answers nobody who has closed his half of the line": ["bun"]
} satisfies Record<string, ReadonlyArray<Runtime>>

/** Whether this runtime does so. */
export const differs = (difference: keyof typeof differences) =>
  differences[difference].some((name) => name === runtime)
