import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, posix } from "node:path"
import { afterAll, assert, beforeAll, describe, it, vi } from "@effect/vitest"
import { binary } from "../binaries.ts"
import { install, modulesOf, pack, published, root, run, type Tarball } from "./Consumer.ts"

// Nothing here waits for time to pass, but packing and installing takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const folder = mkdtempSync(join(tmpdir(), "scnmnt-packed-"))
let tarballs: ReadonlyArray<Tarball> = []
let app = ""

beforeAll(() => {
  tarballs = pack(folder)
  app = install(folder, tarballs)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Registers a test for every package that is published. */
const forEach = (name: string, body: (tarball: Tarball) => void) =>
  it.each(published.map((path) => basename(path)))(`%s: ${name}`, (package_) => {
    const tarball = tarballs.find(({ name }) => name === `@scnmnt/${package_}`)
    assert(tarball !== undefined)
    body(tarball)
  })

const installed = ({ name }: Tarball, path: string) => readFileSync(join(app, "node_modules", name, path), "utf8")

describe("a package", () => {
  forEach("publint finds nothing to say", ({ filename }) => {
    assert.match(run(binary("publint"), ["run", "--strict", join(folder, filename)]), /All good!/)
  })

  forEach("every entry's types are those of its code", (tarball) => {
    const entries = modulesOf(tarball, app).map((specifier) => specifier.replace(tarball.name, "."))
    const options = ["--profile", "esm-only", "--entrypoints", ...entries]
    const found = run(binary("attw"), [join(folder, tarball.filename), ...options])
    assert.lengthOf(found.match(/node16 \(from ESM\): 🟢/g) ?? [], entries.length)
    assert.lengthOf(found.match(/bundler: 🟢/g) ?? [], entries.length)
  })

  forEach("its README has a line for every entry, and for nothing that can't be imported", (tarball) => {
    const listed = [...installed(tarball, "README.md").matchAll(/^- `([^`]+)`: \S/gm)].map(([, entry]) => entry)
    assert.sameMembers(listed, [...modulesOf(tarball, app)])
  })

  forEach("its README has installed what its example imports", (tarball) => {
    const readme = installed(tarball, "README.md")
    const imported = [...readme.matchAll(/^import .* from "((?:@[^/"]+\/)?[^/"]+)/gm)].map(([, name]) => name ?? "")
    assert.isNotEmpty(imported)
    assert.includeMembers(/^npm install (.*)$/m.exec(readme)?.[1]?.split(" ") ?? [], imported)
  })

  forEach("has the licence", (tarball) => {
    assert.strictEqual(installed(tarball, "LICENSE"), readFileSync(join(root, "LICENSE"), "utf8"))
  })

  forEach("leads from every line of code and types to its source", (tarball) => {
    const paths = tarball.files.map(({ path }) => path)
    const maps = paths.filter((path) => path.endsWith(".map"))
    assert.lengthOf(maps, paths.filter((path) => /^dist\/.*\.(js|ts)$/.test(path)).length)
    for (const map of maps) {
      const { sources }: { readonly sources: ReadonlyArray<string> } = JSON.parse(installed(tarball, map))
      for (const source of sources) assert.include(paths, posix.join(posix.dirname(map), source))
    }
  })
})

describe("an app that has the packages from a registry", () => {
  const modules = () => tarballs.flatMap((tarball) => modulesOf(tarball, app))

  /** Imports all that is public, and says how much that is and how much of it is empty. */
  const importAll = () => {
    const names = modules().map((_, index) => `m${index}`)
    return [
      ...modules().map((module, index) => `import * as m${index} from "${module}"`),
      `const modules = [${names.join(", ")}]`,
      `console.log(modules.length, modules.filter((module) => Object.keys(module).length === 0).length)`
    ].join("\n")
  }

  /** The example in a package's README. */
  const readmeExample = (tarball: Tarball) => /```ts\n(.*?)```/s.exec(installed(tarball, "README.md"))?.[1] ?? ""

  beforeAll(() => {
    writeFileSync(join(app, "all.ts"), importAll())
    for (const tarball of tarballs) {
      writeFileSync(join(app, `README.${basename(tarball.name)}.ts`), readmeExample(tarball))
    }
    cpSync(join(root, "examples/core"), join(app, "example"), { recursive: true })
    const compilerOptions = {
      target: "es2024",
      lib: ["es2024", "esnext.disposable", "dom"],
      module: "nodenext",
      types: ["node"],
      strict: true,
      skipLibCheck: false,
      allowImportingTsExtensions: true,
      noEmit: true
    }
    writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["."] }))
  })

  it("compiles a program that imports all that is public, what the READMEs show, and an example", () => {
    const compiled = run("tsc", ["-p", app, "--listFilesOnly"]).split("\n")
    assert.lengthOf(
      compiled.filter((path) => path.startsWith(app) && !path.includes("node_modules")),
      1 + tarballs.length + 2
    )
    assert.strictEqual(run("tsc", ["-p", app]), "")
  })

  it("has the command line by npx", () => {
    assert.match(run("npx", ["--no-install", "scnmnt", "--help"], app), /generate[^]*serve[^]*demo/)
  })

  describe.each([
    ["Node", process.execPath, []],
    ["Deno", binary("deno"), ["run", "--allow-read", "--allow-env"]],
    ["Bun", binary("bun"), []]
  ])("on %s", (_, engine, args) => {
    it("loads all that is public", () => {
      assert.strictEqual(run(engine, [...args, "all.ts"], app), `${modules().length} 0\n`)
    })

    it("runs core with a quota store of its own", () => {
      assert.deepStrictEqual(run(engine, [...args, "example/main.ts"], app).split("\n"), [
        "10 credits",
        "Ada's card is Queued, 9 credits left",
        "Ada's card is Completed, 9 credits left",
        "Alan's card is Queued, 8 credits left",
        "Alan's card is Failed, 9 credits left",
        ""
      ])
    })
  })
})
