import { join } from "node:path"

/** A program that `install.ts` has brought. */
export const binary = (name: "attw" | "bun" | "deno" | "publint"): string =>
  join(import.meta.dirname, "node_modules/.bin", name)
