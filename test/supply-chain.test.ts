import { globSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const Versions = Schema.optionalKey(Schema.Record(Schema.String, Schema.String))

const Manifest = Schema.Struct({
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  allowScripts: Schema.optionalKey(Schema.Record(Schema.String, Schema.Boolean))
})

const Locked = Schema.Struct({
  integrity: Schema.optionalKey(Schema.String),
  optional: Schema.optionalKey(Schema.Boolean),
  link: Schema.optionalKey(Schema.Boolean),
  hasInstallScript: Schema.optionalKey(Schema.Boolean),
  os: Schema.optionalKey(Schema.Array(Schema.String)),
  cpu: Schema.optionalKey(Schema.Array(Schema.String))
})

const Lockfile = Schema.Struct({ packages: Schema.Record(Schema.String, Locked) })

const root = resolve(import.meta.dirname, "..")
const read = (path: string) => readFileSync(resolve(root, path), "utf8")
const manifestOf = (path: string) => Schema.decodeSync(Schema.fromJsonString(Manifest))(read(path))

/** What a lockfile says of each package that comes from elsewhere, by its name. */
const lockedBy = (path: string) =>
  Object.entries(Schema.decodeSync(Schema.fromJsonString(Lockfile))(read(path)).packages)
    .filter(([folder, { link }]) => folder.includes("node_modules/") && link !== true)
    .map(([folder, locked]) => [folder.replace(/^.*node_modules\//, ""), locked] as const)

const trees = ["", "test/engines/", "test/tools/"]

describe("what the project is made of", () => {
  it.each(globSync(["package.json", "packages/*/package.json", "test/*/package.json"], { cwd: root }))(
    "%s names exact versions",
    (path) => {
      const { dependencies, devDependencies, optionalDependencies } = manifestOf(path)
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
      }
    }
  )

  it.each(trees)("%spackage-lock.json holds every package to its hash, but for other platforms' binaries", (folder) => {
    const unheld = lockedBy(`${folder}package-lock.json`)
      .filter(([, { cpu, optional, os }]) => optional !== true || cpu === undefined || os === undefined)
      .filter(([, { integrity = "" }]) => !integrity.startsWith("sha512-"))
    assert.deepStrictEqual(unheld, [])
  })

  it.each(trees)("%spackage.json says of every package with an install script whether that runs", (folder) => {
    const decided = Object.keys(manifestOf(`${folder}package.json`).allowScripts ?? {})
    const scripted = lockedBy(`${folder}package-lock.json`)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .filter(([, { cpu = ["x64"], os = ["linux"] }]) => os.includes("linux") && cpu.includes("x64"))
    assert.deepStrictEqual(
      scripted.map(([name]) => name),
      decided.toSorted((a, b) => a.localeCompare(b))
    )
  })
})
