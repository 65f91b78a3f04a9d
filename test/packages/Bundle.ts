import { globSync } from "node:fs"
import { isBuiltin } from "node:module"
import { join, relative } from "node:path"
import { Visitor, parseSync } from "oxc-parser"
import { rolldown } from "rolldown"
import { root } from "./Consumer.ts"

export interface Bundle {
  readonly code: string
  /** What it would import when it runs. */
  readonly imports: ReadonlyArray<string>
  /** What the project's own sources have left in it, by path. */
  readonly own: ReadonlyMap<string, string>
}

/**
 * Bundles a module that would stand in the root for browsers, as apps do: what is not used is left out. In an `iife` there
 * is nothing of what is imported only when it is needed.
 */
export const bundle = async (
  code: string,
  format: "esm" | "iife" = "esm",
  { minify = false } = {}
): Promise<Bundle> => {
  const entry = join(root, "entry.ts")
  const build = await rolldown({
    input: entry,
    platform: "browser",
    external: isBuiltin,
    resolve: { conditionNames: ["scnmnt-source", "import", "browser", "default"] },
    // It belongs to modules, and without this there would be a warning at every one.
    transform: format === "iife" ? { define: { "import.meta": "{}" } } : {},
    plugins: [
      {
        name: "entry",
        resolveId: (id, _, { kind }) => {
          if (id === entry) return id
          return format === "iife" && kind === "dynamic-import" ? { id, external: true } : null
        },
        load: (id) => (id === entry ? code : null)
      }
    ]
  })
  const { output } = await build.generate({ format, minify })
  const [chunk] = output
  const own = Object.entries(chunk.modules).flatMap(([id, { code }]) =>
    id === entry || id.includes("/node_modules/") || !code ? [] : [[relative(root, id), code] as const]
  )
  return { code: chunk.code, imports: [...chunk.imports, ...chunk.dynamicImports], own: new Map(own) }
}

/** A module that has every module of a package in it. */
export const everythingOf = (folder: string) =>
  globSync(`${folder}/src/**/*.ts`, { cwd: root })
    .map((path, index) => `export * as m${index} from "./${path}"`)
    .join("\n")

/** The names in a module that only a server's runtime knows; what else bears such a name, as a property may, is none. */
export const runtimeNames = (code: string): ReadonlyArray<string> => {
  const properties = new Set<object>()
  const found: Array<string> = []
  new Visitor({
    MemberExpression: ({ computed, object, property }) => {
      const isGlobal = object.type === "Identifier" && object.name === "globalThis"
      if (!computed && !isGlobal) properties.add(property)
    },
    Property: ({ computed, key, shorthand }) => void (computed || shorthand || properties.add(key)),
    Identifier: (node) => void (ofRuntimes.has(node.name) && !properties.has(node) && found.push(node.name))
  }).visit(parseSync("module.js", code).program)
  return found
}

const ofRuntimes = new Set(["process", "Buffer", "global", "require", "setImmediate", "Deno", "Bun", "__dirname"])
