import { globSync, readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { dirname, posix, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Graph } from "effect"
import { parseSync, Visitor } from "oxc-parser"
import { ResolverFactory } from "oxc-resolver"

/** Every part of the system, and the parts that its sources may import. */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: [],
  "adapters-http": ["core"],
  "adapters-quota": ["core"],
  server: ["core", "adapters-http", "adapters-quota"],
  "upstream-simulator": [],
  demo: ["upstream-simulator", "server", "core"]
}

/** What a runtime or a person starts; every other file is there because another needs it. */
const entries = /\/main\.ts$/

/** Marked unstable, but services that a test can replace; the other way to them is a runtime's own API. */
const unstableInCore = ["effect Bytes", "effect/crypto Digest", "effect/crypto SecureRandom"]

const root = resolve(import.meta.dirname, "..")
const sources: Sources = new Map(
  globSync(["packages/*/src/**/*.ts", "packages/*/test/**/*.ts", "test/**/*.ts", "bench/**/*.ts"], {
    cwd: root,
    exclude: ["**/node_modules/**"]
  }).map((path) => [path, readFileSync(resolve(root, path), "utf8")])
)

describe("architecture", () => {
  it("every arrow points from server to adapters to core", () => {
    assert.deepStrictEqual(forbidden(sources), [])
  })

  it("no file imports itself, however far around", () => {
    assert.deepStrictEqual(cycles(sources), [])
  })

  it("core uses the stable modules of effect", () => {
    assert.deepStrictEqual(unstable(sources), [])
  })

  it("the fetch handler needs no runtime's modules", () => {
    const loaded = loadedBy("packages/server/src/FetchHandler.ts", sources)
    assert.isAbove(loaded.length, 50)
    assert.deepStrictEqual(loaded.filter(isOfARuntime), [])
  })

  it("no file is left over", () => {
    const used = new Set(edges(sources).map(({ to }) => to))
    const unused = [...sources.keys()].filter((path) => partOf(path) !== undefined && !used.has(path))
    assert.deepStrictEqual(
      unused.filter((path) => !entries.test(path)),
      []
    )
  })

  it("every part has files, and every file a part", () => {
    const parts = new Set([...sources.keys()].map(partOf))
    parts.delete(undefined)
    assert.deepStrictEqual([...parts].toSorted(), Object.keys(mayImport).toSorted())
  })
})

describe("what the architecture test sees when it is broken", () => {
  const aFileOf = (part: string) => {
    const path = [...sources.keys()].find((path) => partOf(path) === part && fileOf(path, packaged(path)) === path)
    assert(path !== undefined, `no file in ${part}`)
    return path
  }
  const packaged = (path: string) => path.replace(/^packages\/([^/]+)\/src\/(.*)\.ts$/, "@scnmnt/$1/$2")
  const withLine = (path: string, line: string) => new Map(sources).set(path, `${line}\n${sources.get(path) ?? ""}`)
  /** What a check says of the broken sources and not of the sound ones. */
  const newly = (check: (sources: Sources) => ReadonlyArray<string>, path: string, line: string) => {
    const known = check(sources)
    return check(withLine(path, line)).filter((finding) => !known.includes(finding))
  }
  const from = (part: string, to: string) => {
    const path = `packages/${part}/src/Broken.ts`
    return [path, `import ${JSON.stringify(packaged(aFileOf(to)))}`, aFileOf(to)] as const
  }

  it.each([
    from("core", "adapters-quota"),
    from("core", "server"),
    from("adapters-http", "adapters-quota"),
    from("adapters-quota", "adapters-http"),
    from("adapters-http", "server"),
    from("server", "upstream-simulator"),
    from("upstream-simulator", "server"),
    from("a-new-package", "core")
  ])("%s: %s", (path, line, target) => {
    assert.deepStrictEqual(newly(forbidden, path, line), [`${path} imports ${target}`])
  })

  it("a way past a package's exports", () => {
    const internal = "@scnmnt/core/Submission"
    assert.deepStrictEqual(newly(forbidden, "packages/server/src/Broken.ts", `import ${JSON.stringify(internal)}`), [
      `packages/server/src/Broken.ts imports ${internal}`
    ])
  })

  it.each([
    `import { readFileSync } from "node:fs"`,
    `import type { Server } from "http"`,
    `export * from "openai"`,
    `export { z } from "zod"`,
    `const late = () => import("undici")`,
    `type Pool = import("undici").Pool`,
    `const hidden = (name: string) => import(name)`,
    `import "./NotThere.ts"`,
    `import "@effect/platform-node/NodeFileSystem"`,
    `import "../../adapters-quota/src/../package.json"`
  ])("core: %s", (line) => {
    assert.strictEqual(newly(forbidden, "packages/core/src/Broken.ts", line).length, 1)
  })

  it.each(["effect/http HttpClient", "effect FileSystem", "effect/crypto Aead"])("core: %s", (unwanted) => {
    const [specifier, name] = unwanted.split(" ")
    const line = `import { ${name} } from "${specifier}"`
    assert.deepStrictEqual(newly(unstable, "packages/core/src/Broken.ts", line), [
      `packages/core/src/Broken.ts imports ${unwanted}`
    ])
  })

  it("a cycle between two files, of types alone", () => {
    const edge = edges(sources).find(({ from, to }) => partOf(from) === "core" && partOf(to) === "core")
    assert(edge !== undefined)
    const back = posix.relative(posix.dirname(edge.to), edge.from)
    const broken = withLine(edge.to, `import type {} from "./${back}"`)
    assert.isTrue(cycles(broken).some((cycle) => cycle.includes(edge.from) && cycle.includes(edge.to)))
  })

  it.each([`import "node:fs"`, `import { layer } from "@effect/platform-node/NodeFileSystem"`])(
    "the fetch handler: %s",
    (line) => {
      const broken = withLine("packages/server/src/Routes.ts", line)
      assert.lengthOf(loadedBy("packages/server/src/FetchHandler.ts", broken).filter(isOfARuntime), 1)
    }
  )

  it("a cycle between two packages", () => {
    const edge = edges(sources).find(({ from, to }) => partOf(from) === "adapters-quota" && partOf(to) === "core")
    assert(edge !== undefined)
    const broken = withLine(edge.to, `export * from ${JSON.stringify(packaged(edge.from))}`)
    assert.isTrue(cycles(broken).some((cycle) => cycle.includes(edge.from) && cycle.includes(edge.to)))
  })
})

type Sources = ReadonlyMap<string, string>

interface Import {
  readonly from: string
  readonly specifier: string
  readonly names: ReadonlyArray<string>
  /** Loaded when the line is reached, or never: it is only a type. */
  readonly late: boolean
  /** The file it leads to, seen from the root; undefined for a package, for the runtime, and for nothing at all. */
  readonly to: string | undefined
}

function partOf(path: string): string | undefined {
  return /^packages\/([^/]+)\/(?:src\/|package\.json$)/.exec(path)?.[1]
}

function forbidden(sources: Sources): ReadonlyArray<string> {
  return [...sources].flatMap(([path, text]) => {
    const part = partOf(path)
    if (part === undefined) return []
    return importsOf(path, text)
      .filter(({ specifier, to }) =>
        to === undefined
          ? specifier === "?" ||
            /^(\.|@scnmnt\/)/.test(specifier) ||
            (part === "core" && !/^effect(\/|$)/.test(specifier))
          : partOf(to) !== part && !mayImport[part]?.includes(partOf(to) ?? "")
      )
      .map(({ specifier, to }) => `${path} imports ${to ?? specifier}`)
  })
}

function unstable(sources: Sources): ReadonlyArray<string> {
  return [...sources]
    .filter(([path]) => partOf(path) === "core")
    .flatMap(([path, text]) => importsOf(path, text))
    .filter(({ specifier }) => /^effect(\/|$)/.test(specifier))
    .flatMap(({ from, specifier, names }) => names.map((name) => ({ from, specifier, name })))
    .filter(({ specifier, name }) => !unstableInCore.includes(`${specifier} ${name}`) && !isStable(specifier, name))
    .map(({ from, specifier, name }) => `${from} imports ${specifier} ${name}`)
}

/** Effect's sources say of each module whether a minor release may change it. */
function isStable(specifier: string, name: string): boolean {
  const folder = resolve(root, "node_modules", specifier.replace(/^effect/, "effect/src"))
  const index = readFileSync(resolve(folder, "index.ts"), "utf8")
  const comment = new RegExp(`@stability (\\w+)(?:(?!@stability)[^])*?export (?:\\* as |\\{[^}]*\\b)${name}\\b`)
  return comment.exec(index)?.[1] === "stable"
}

/** All that a file loads before it runs: files of the project, and the specifiers of others. */
function loadedBy(entry: string, sources: Sources): ReadonlyArray<string> {
  const loaded = new Set([entry])
  for (const path of loaded) {
    for (const { late, specifier, to } of importsOf(path, sources.get(path) ?? ""))
      if (!late) loaded.add(to ?? specifier)
  }
  return [...loaded]
}

function isOfARuntime(loaded: string): boolean {
  return isBuiltin(loaded) || loaded.startsWith("@effect/platform-")
}

function edges(sources: Sources) {
  return [...sources]
    .flatMap(([path, text]) => importsOf(path, text))
    .flatMap(({ from, to }) => (to !== undefined && sources.has(to) ? [{ from, to }] : []))
}

function cycles(sources: Sources): ReadonlyArray<ReadonlyArray<string>> {
  const paths = [...sources.keys()]
  const arrows = edges(sources)
  const graph = Graph.directed<string, undefined>((mutable) => {
    const node = new Map(paths.map((path) => [path, Graph.addNode(mutable, path)]))
    for (const { from, to } of arrows) Graph.addEdge(mutable, node.get(from) ?? 0, node.get(to) ?? 0, undefined)
  })
  return Graph.stronglyConnectedComponents(graph)
    .map((component) => component.flatMap((index) => paths[index] ?? []).toSorted())
    .filter((component) => component.length > 1 || arrows.some(({ from, to }) => from === to && from === component[0]))
}

const resolver = new ResolverFactory({ conditionNames: ["scnmnt-source", "node", "import"], extensions: [".ts"] })

const read = new Map<string, ReadonlyArray<Import>>()

function importsOf(path: string, text: string): ReadonlyArray<Import> {
  const key = `${path}\n${text}`
  const imports = read.get(key) ?? parse(path, text)
  read.set(key, imports)
  return imports
}

function parse(path: string, text: string): ReadonlyArray<Import> {
  const { errors, program } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const found: Array<Import> = []
  const add = (specifier: string, names: ReadonlyArray<string>, late = false) =>
    found.push({ from: path, specifier, names, late, to: fileOf(path, specifier) })
  const named = (node: { readonly type: string; readonly name?: string }) => node.name ?? ""
  new Visitor({
    ImportDeclaration: (node) =>
      add(
        node.source.value,
        node.specifiers.map((each) => (each.type === "ImportSpecifier" ? named(each.imported) : "*")),
        node.importKind === "type"
      ),
    ExportAllDeclaration: (node) => add(node.source.value, ["*"]),
    ExportNamedDeclaration: (node) =>
      node.source &&
      add(
        node.source.value,
        node.specifiers.map(({ local }) => named(local)),
        node.exportKind === "type"
      ),
    ImportExpression: ({ source }) =>
      add(source.type === "Literal" && typeof source.value === "string" ? source.value : "?", ["*"], true),
    TSImportType: (node) => add(node.source.value, ["*"], true)
  }).visit(program)
  return found
}

function fileOf(path: string, specifier: string): string | undefined {
  if (isBuiltin(specifier)) return undefined
  const found = resolver.sync(dirname(resolve(root, path)), specifier).path
  return found === undefined || found.includes("/node_modules/") ? undefined : relative(root, found)
}
