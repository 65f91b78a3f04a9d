import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, it } from "@effect/vitest"
import { manual } from "@scnmnt/server/Settings"
import * as TraceVariables from "../packages/server/src/telemetry/TraceVariables.ts"

it(".env.example shows every variable that the server reads, with its default", () => {
  const example = readFileSync(resolve(import.meta.dirname, "../.env.example"), "utf8")
  const shown = Object.fromEntries(
    [...example.matchAll(/^#?([A-Z0-9_]+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value])
  )
  const read = Object.fromEntries(Object.entries(manual).map(([name, { fallback }]) => [name, fallback ?? ""]))
  assert.deepStrictEqual(shown, read)
})

const page = (name: string) => readFileSync(resolve(import.meta.dirname, `../docs/${name}.md`), "utf8")
const plain = (text: string) => text.replace(/[<*|]/g, "\\$&")

it("docs/configuration.md's table is what the server knows of its variables", () => {
  const rows = Object.entries(manual).map(([name, { about, expected, fallback }]) => {
    const shown = fallback === undefined ? "has to be set" : fallback === "" ? "" : `\`${fallback}\``
    return `| \`${name}\` | ${shown} | ${plain(expected)} | ${plain(about)} |`
  })
  assert.deepStrictEqual(page("configuration").match(/^\| `.*$/gm), rows)
})

it("docs/operations.md's table is what the server knows of OpenTelemetry's variables", () => {
  const rows = Object.entries(TraceVariables.manual).map(
    ([name, { about, expected }]) => `| \`${name}\` | ${plain(expected)} | ${plain(about)} |`
  )
  assert.deepStrictEqual(page("operations").match(/^\| `OTEL_.*$/gm), rows)
})

it("`npm run start:deno` lets the server see every variable that it reads", () => {
  const script = readFileSync(resolve(import.meta.dirname, "../package.json"), "utf8")
  const allowed = (/--allow-env=(\S+)/.exec(script)?.[1] ?? "").split(",")
  const isAllowed = (name: string) =>
    allowed.some((each) => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each))
  assert.deepStrictEqual(
    Object.keys(manual).filter((name) => !isAllowed(name)),
    []
  )
})
