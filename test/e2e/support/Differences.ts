import { type Runtime, runtime } from "./Runtime.ts"

/**
 * Where a runtime does not behave as Node does, and how: docs/runtimes.md explains each. The cases of test/sockets/corpus
 * name theirs themselves.
 */
const differences = {
  "takes in what follows a refusal": ["deno", "bun"],
  "tells no length of what is streamed": ["bun"],
  "refuses in its own words what is no request yet": ["deno", "bun"],
  "serves with one process": ["deno", "bun"],
  "calls headers that are too large a bad request": ["deno"],
  "speaks HTTP/2 without TLS": ["deno"],
  "ends a line on which a request has not waited": ["bun"],
  "takes images from named origins only": ["bun"],
  "answers nobody who has closed his half of the line": ["bun"]
} satisfies Record<string, ReadonlyArray<Runtime>>

/** Whether this runtime does so. */
export const differs = (difference: keyof typeof differences) =>
  differences[difference].some((name) => name === runtime)
