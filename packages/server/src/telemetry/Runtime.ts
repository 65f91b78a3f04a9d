/** Not every host is of these three, or has a `process` at all. */
const host: { readonly process?: { readonly versions?: Readonly<Record<string, string | undefined>> } } = globalThis

const nameOf = ({ bun, deno, node }: Readonly<Record<string, string | undefined>>) => {
  if (deno !== undefined) return `Deno ${deno}`
  if (bun !== undefined) return `Bun ${bun}`
  return node === undefined ? "unknown" : `Node ${node}`
}

/** What the server runs on: `Node 24.21.0`. Deno and Bun claim to be Node as well; of any other host it is `unknown`. */
export const runtime = nameOf(host.process?.versions ?? {})
