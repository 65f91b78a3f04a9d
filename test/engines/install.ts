import { execFileSync } from "node:child_process"
import { statSync } from "node:fs"
import { fileURLToPath } from "node:url"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Vitest's global set-up, and a program: what runs besides Node is there, as the lockfile says. */
export const setup = () => {
  if (changed("package-lock.json") <= changed("node_modules/.package-lock.json")) return
  process.stdout.write("Installing what runs besides Node: test/engines/package.json\n")
  execFileSync("npm", ["ci", "--loglevel=error"], { cwd: here("."), stdio: "inherit" })
}

/** When the file was last written; 0 if there is none. */
const changed = (path: string) => statSync(here(path), { throwIfNoEntry: false })?.mtimeMs ?? 0

if (import.meta.main) setup()
