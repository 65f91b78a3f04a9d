import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Database from "../src/postgres/Database.ts"
import * as Trouble from "../src/postgres/Trouble.ts"
import { Effect, Exit, Scope } from "effect"
import * as PostgresServer from "./PostgresServer.ts"
import { databaseOn, optionsFor } from "./TemporaryDatabase.ts"

const authority = encodeURIComponent(join(PostgresServer.certificates, "authority.pem"))
const scope = Scope.makeUnsafe()
let server = ""
beforeAll(async () => {
  server = (await Effect.runPromise(Scope.provide(PostgresServer.make, scope))).url
}, 60_000)
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

/** Whether a line to this host is encrypted, or why there is none. */
const lineTo = Effect.fnUntraced(function* (host: string, parameters: string) {
  const url = new URL(databaseOn(server, "postgres"))
  url.hostname = host
  const { sql } = yield* Database.open(optionsFor(`${url.href}${parameters}`))
  return yield* sql<{ ssl: boolean }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.pipe(
    Effect.match({
      onSuccess: ([row]) => (row?.ssl === true ? "encrypted" : "open"),
      onFailure: (error) => String(Trouble.reason(error))
    })
  )
})

describe("a line to PostgreSQL", () => {
  it.live.each([
    ["127.0.0.1", "", /^open$/],
    ["127.0.0.1", "?sslmode=disable", /^open$/],
    ["127.0.0.1", "?sslmode=require", /^encrypted$/],
    ["127.0.0.1", "?sslmode=verify-ca", /unable to (get local issuer|verify the first) certificate/],
    ["127.0.0.1", `?sslmode=verify-ca&sslrootcert=${authority}`, /^encrypted$/],
    ["localhost", "?sslmode=verify-full", /unable to (get local issuer|verify the first) certificate/],
    ["localhost", `?sslmode=verify-full&sslrootcert=${authority}`, /^encrypted$/],
    ["127.0.0.1", `?sslmode=verify-full&sslrootcert=${authority}`, /does not match certificate's altnames/]
  ] as const)("to %s%s", ([host, parameters, expected]) =>
    Effect.map(lineTo(host, parameters), (line) => assert.match(line, expected))
  )
})
