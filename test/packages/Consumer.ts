import { spawnSync } from "node:child_process"
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { ResolverFactory } from "oxc-resolver"

export const root = resolve(import.meta.dirname, "../..")

interface Manifest {
  readonly private?: boolean
  readonly devDependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** The folders of those packages that are published. */
export const published = globSync("packages/*", { cwd: root })
  .filter((folder) => manifestOf(join(root, folder)).private !== true)
  .toSorted()

/** A tarball as npm describes it. */
export interface Tarball {
  readonly name: string
  readonly filename: string
  readonly files: ReadonlyArray<{ readonly path: string }>
}

/** Packs what is published into this folder. */
export const pack = (folder: string): ReadonlyArray<Tarball> =>
  JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder, ...published.flatMap((path) => ["-w", path])]))

/** Makes an app beside the tarballs that has nothing but them and their peers, and answers with its folder. */
export const install = (folder: string, tarballs: ReadonlyArray<Tarball>): string => {
  const app = join(folder, "app")
  mkdirSync(app)
  writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }))
  const { devDependencies = {} } = manifestOf(root)
  const peers = ["effect", "@effect/platform-node", "@types/node"].map((name) => `${name}@${devDependencies[name]}`)
  const packages = tarballs.map(({ filename }) => join(folder, filename))
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages, ...peers], app)
  return app
}

/** The modules of a package that the app can import. */
export const modulesOf = ({ files, name }: Tarball, app: string): ReadonlyArray<string> =>
  files
    .flatMap(({ path }) => /^dist\/(.*)\.js$/.exec(path)?.[1] ?? [])
    .map((module) => `${name}/${module}`)
    .filter((specifier) => outside.sync(app, specifier).path !== undefined)

/** Without the condition that this very test runs under. */
const outside = new ResolverFactory({ conditionNames: ["node", "import"] })

/** What a command prints. It throws if the command fails, with everything that it had to say. */
export const run = (command: string, args: ReadonlyArray<string>, cwd = root): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${stdout}\n${stderr}`)
  return stdout
}
