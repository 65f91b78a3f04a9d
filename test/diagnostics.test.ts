import { execFileSync, spawnSync } from "node:child_process"
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"

const root = resolve(import.meta.dirname, "..")
mkdirSync(resolve(root, "data"), { recursive: true })
const project = mkdtempSync(resolve(root, "data/diagnostics-"))
afterAll(() => rmSync(project, { recursive: true }))

const tsc = execFileSync("effect-tsgo", ["get-exe-path"], { cwd: root, encoding: "utf8" }).trim()
const run = (...args: ReadonlyArray<string>) => spawnSync(tsc, args, { cwd: root, encoding: "utf8" })

const check = (source: string) => {
  mkdirSync(resolve(project, "src"), { recursive: true })
  writeFileSync(resolve(project, "tsconfig.json"), `{ "extends": "../../tsconfig.base.json", "include": ["src"] }`)
  writeFileSync(resolve(project, "src/Sample.ts"), `import { Effect } from "effect"\n${source}\n`)
  return run("-p", project)
}

// A project that does not name the plugin passes whatever is in it, silently.
describe("the compiler that `npm run check:types` runs", () => {
  it("accepts a sound file", () => {
    const { status, stdout } = check(`export const one = Effect.succeed(1)`)
    assert.deepStrictEqual([status, stdout], [0, ""])
  })

  it.each([
    ["a floating Effect", "floatingEffect", `Effect.log("lost")`],
    ["a clock that no test can hold", "globalDate", `export const now = Effect.sync(() => Date.now())`],
    ["a mere suggestion", "syncToSucceed", `export const one = Effect.sync(() => 1)`]
  ])("refuses %s", (_, rule, source) => {
    const { status, stdout } = check(source)
    assert.notStrictEqual(status, 0)
    assert.include(stdout, rule)
  })

  it("sees every project", () => {
    const projects = globSync("{packages/*,*}/tsconfig.json", { cwd: root, exclude: ["node_modules"] }).toSorted()
    const text = (path: string) => readFileSync(resolve(root, path), "utf8")
    const { references }: { readonly references: ReadonlyArray<{ readonly path: string }> } = JSON.parse(
      text("tsconfig.json")
    )
    assert.deepStrictEqual(references.map(({ path }) => `${path}/tsconfig.json`).toSorted(), projects)
    for (const project of projects) assert.match(text(project), /"extends": "[./]+tsconfig\.base\.json"/)
  })
})
