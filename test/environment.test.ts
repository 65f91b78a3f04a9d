import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, it } from "@effect/vitest"
import { manual } from "@scnmnt/server/Settings"

it(".env.example shows every variable that the server reads, with its default", () => {
  const example = readFileSync(resolve(import.meta.dirname, "../.env.example"), "utf8").split("# Reserved;")[0] ?? ""
  const shown = Object.fromEntries(
    [...example.matchAll(/^#?([A-Z0-9_]+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value])
  )
  const read = Object.fromEntries(Object.entries(manual).map(([name, { fallback }]) => [name, fallback ?? ""]))
  assert.deepStrictEqual(shown, read)
})
