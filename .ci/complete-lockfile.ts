// npm leaves a platform's binary out of the lockfile if the registry at hand does not have it,
// and `npm ci` then refuses that lockfile on every platform (npm/cli#9846). The parent package
// names the binary's exact version, and the binary's name its platform: enough for an entry,
// which the platform in question fetches and all others skip.
// Called with the lockfiles to complete.
import { readFileSync, writeFileSync } from "node:fs"

interface Entry {
  readonly version?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const exact = /^\d+\.\d+\.\d+[^ ]*$/
const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"]
const processors = ["arm64", "arm", "ia32", "ppc64", "riscv64", "s390x", "x64"]

const platform = (name: string) => {
  const parts = name.split("/").at(-1)?.split("-") ?? []
  const os = systems.filter((system) => parts.includes(system))
  const cpu = processors.filter((processor) => parts.includes(processor))
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name}: which platform is it for?`)
  return {
    cpu,
    libc: parts.includes("musl") ? ["musl"] : parts.some((part) => /^g(nu|libc)$/.test(part)) ? ["glibc"] : undefined,
    os
  }
}

const complete = (path: string) => {
  const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, "utf8"))

  const added = Object.values(lock.packages)
    .flatMap(({ dev, optionalDependencies = {} }) =>
      Object.entries(optionalDependencies).map(([name, version]) => ({
        key: `node_modules/${name}`,
        name,
        version,
        dev
      }))
    )
    .filter(({ key, version }) => exact.test(version) && lock.packages[key]?.version === undefined)
    .map(({ key, name, version, dev }) => {
      const { cpu, libc, os } = platform(name)
      return [key, { version, cpu, dev, libc, optional: true, os }] as const
    })

  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) })
  lock.packages = Object.fromEntries(packages.toSorted(([a], [b]) => a.localeCompare(b, "en")))
  writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
  process.stdout.write(`${path}: ${added.length} platform entries added\n`)
}

for (const path of process.argv.slice(2)) complete(path)
