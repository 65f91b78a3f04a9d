const { bun, deno, node } = process.versions

/** What the server runs on: `Node 24.21.0`. Deno and Bun claim to be Node as well. */
export const runtime = deno !== undefined ? `Deno ${deno}` : bun !== undefined ? `Bun ${bun}` : `Node ${node}`
