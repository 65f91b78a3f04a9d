import { execFileSync } from "node:child_process"
import { statSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Has what a folder's manifest names there, as its lockfile says: the other runtimes, or what only tests and bench run. */
export const install = (folder: "engines" | "tools") => {
  const changed = (path: string) => statSync(here(`${folder}/${path}`), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (changed("package-lock.json") <= changed("node_modules/.package-lock.json")) return
  process.stdout.write(`Installing what test/${folder}/package.json names\n`)
  execFileSync("npm", ["ci", "--loglevel=error"], { cwd: here(folder), stdio: "inherit" })
}

/** Vitest's global set-up. */
export const setup = () => {
  install("engines")
  install("tools")
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

if (import.meta.main) install("engines")
