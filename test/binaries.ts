import { join } from "node:path"

const folders = { attw: "tools", bun: "engines", deno: "engines", publint: "tools", redocly: "tools" }

/** A program that `install.ts` has brought. */
export const binary = (name: keyof typeof folders): string =>
  join(import.meta.dirname, folders[name], "node_modules/.bin", name)
