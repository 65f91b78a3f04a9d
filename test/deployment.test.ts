import { existsSync, globSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Api } from "@scnmnt/server/api/Api"
import { manual } from "@scnmnt/server/Settings"
import { Schema } from "effect"
import { parse } from "yaml"
import * as Reference from "../packages/server/src/http/Reference.ts"
import packageJson from "../package.json" with { type: "json" }

const root = resolve(import.meta.dirname, "..")
const read = (path: string) => readFileSync(resolve(root, path), "utf8")

/** The Dockerfile's instructions, each with its stage. */
const instructions = (() => {
  let stage = ""
  return read("Dockerfile")
    .split("\n")
    .flatMap((line) => {
      const [, instruction = "", rest = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? []
      if (instruction === "") return []
      if (instruction === "FROM") stage = / AS (\S+)$/.exec(rest)?.[1] ?? "last"
      return [{ instruction, rest, stage }]
    })
})()
const restsOf = (instruction: string) =>
  instructions.flatMap((each) => (each.instruction === instruction ? [each.rest] : []))

const environmentOf = (text: string) => [...text.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name)
const isSetting = (name: unknown) => typeof name === "string" && name in manual

describe("Caddyfile", () => {
  it("passes on what is for everybody, and nothing of what the nodes tell of themselves", () => {
    const [, patterns = ""] = /^\t@others not path (.+)$/m.exec(read("Caddyfile")) ?? []
    assert.match(read("Caddyfile"), /^\trespond @others 404$/m)
    // A star at the end is for whatever comes (https://caddyserver.com/docs/caddyfile/matchers#path).
    const passes = (path: string) =>
      patterns.split(" ").some((each) => (each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each))
    const api = Object.values(Api.groups).flatMap(({ endpoints }) => Object.values(endpoints).map(({ path }) => path))
    const kept = [...api, ...Reference.addresses].filter((path) => !passes(path))
    assert.sameMembers(kept, ["/healthz", "/readyz", "/metrics"])
  })
})

describe("Dockerfile", () => {
  it("copies what is there, from the context or from a stage before", () => {
    const stages = restsOf("FROM").map((rest) => rest.split(" "))
    const named = stages.flatMap(([, , name]) => name ?? [])
    for (const copy of restsOf("COPY")) {
      const [, stage] = /^--from=(\S+)/.exec(copy) ?? []
      const sources = copy
        .replace(/^--from=\S+ /, "")
        .split(" ")
        .slice(0, -1)
      if (stage !== undefined) assert.include(named, stage)
      else sources.forEach((source) => assert.isTrue(existsSync(resolve(root, source)), source))
    }
    for (const [base = ""] of stages) assert.isTrue(named.includes(base) || base.startsWith("node:"), base)
  })

  it("has every workspace's manifest before npm ci", () => {
    const workspaces = packageJson.workspaces.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
    const copied = instructions.flatMap(({ instruction, rest, stage }) =>
      instruction === "COPY" && stage === "manifests" ? rest.split(" ").slice(0, -1) : []
    )
    assert.includeMembers(copied, workspaces)
  })

  it("runs the Node of the root manifest, with the options of npm start, and without rights", () => {
    for (const base of restsOf("FROM").filter((rest) => rest.startsWith("node:"))) {
      assert.include(base, `node:${packageJson.devDependencies.node}-`)
    }
    const [before = "", after = ""] = packageJson.scripts.start.split(" packages/server/src/main.ts ")
    const options = before
      .split(" ")
      .slice(1)
      .filter((option) => option.startsWith("--max"))
    const [entry = "", command = ""] = [...restsOf("ENTRYPOINT"), ...restsOf("CMD")]
    assert.deepStrictEqual(words(entry), ["node", ...options, "packages/server/dist/main.js"])
    assert.deepStrictEqual(words(command), after.split(" "))
    assert.deepStrictEqual(restsOf("USER"), ["node"])
  })

  it("sets variables that the server reads", () => {
    const [names = ""] = restsOf("ENV")
    assert.deepStrictEqual(
      environmentOf(names).filter((name) => name !== "NODE_ENV" && !isSetting(name)),
      []
    )
  })
})

const words = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Schema.String)))

const Compose = Schema.Struct({
  services: Schema.Record(
    Schema.String,
    Schema.Struct({
      build: Schema.optionalKey(Schema.String),
      environment: Schema.Record(Schema.String, Schema.String),
      depends_on: Schema.optionalKey(
        Schema.Union([Schema.Array(Schema.String), Schema.Record(Schema.String, Schema.Unknown)])
      ),
      volumes: Schema.optionalKey(Schema.Array(Schema.String))
    })
  ),
  volumes: Schema.Record(Schema.String, Schema.Null)
})

describe("compose.yaml", () => {
  const compose = Schema.decodeUnknownSync(Compose)(parse(read("compose.yaml"), { merge: true }))
  const services = Object.entries(compose.services)
  const nodes = services.filter(([, { build }]) => build !== undefined)

  it("sets variables of the nodes that the server reads", () => {
    assert.lengthOf(nodes, 2)
    for (const [, { environment }] of nodes) {
      assert.deepStrictEqual(
        Object.keys(environment).filter((name) => !isSetting(name)),
        []
      )
    }
  })

  it("has the proxy ask the nodes, where they listen", () => {
    const addresses = nodes.map(([name, { environment }]) => `${name}:${environment["PORT"]}`)
    assert.deepStrictEqual(compose.services["proxy"]?.environment["NODES"]?.split(" "), addresses)
  })

  it("gives the proxy what its configuration asks for", () => {
    const given = Object.keys(compose.services["proxy"]?.environment ?? {})
    const asked = [...read("Caddyfile").matchAll(/\{\$(\w+)/g)].map(([, name]) => name)
    assert.sameMembers(given, asked)
  })

  it("names services, volumes and files that are there", () => {
    for (const [, { depends_on = [], volumes = [] }] of services) {
      const before = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)
      assert.includeMembers(Object.keys(compose.services), before)
      for (const source of volumes.map((volume) => volume.split(":")[0] ?? "")) {
        assert.isTrue(source.startsWith("./") ? existsSync(resolve(root, source)) : source in compose.volumes, source)
      }
    }
  })
})
