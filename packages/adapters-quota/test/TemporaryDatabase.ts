import * as PgClient from "@effect/sql-pg/PgClient"
import { afterAll, beforeAll } from "@effect/vitest"
import type { Options } from "../src/postgres/Database.ts"
import { parse } from "@scnmnt/adapters-quota/PostgresUrl"
import { Duration, Effect, Exit, Option, Redacted, Scope } from "effect"
import { Reactivity } from "effect/reactivity"
import * as PostgresServer from "./PostgresServer.ts"

/**
 * Registers a database for the tests of a file, on `TEST_POSTGRES_URL` or on a server of its own. Each use empties it and
 * brings its URL.
 */
export const onServer = () => {
  const scope = Scope.makeUnsafe()
  let url = ""
  beforeAll(async () => {
    url = await Effect.runPromise(Scope.provide(temporaryDatabase, scope))
  }, 60_000)
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return Effect.suspend(() =>
    run(url, "DROP SCHEMA public CASCADE").pipe(Effect.andThen(run(url, "CREATE SCHEMA public")), Effect.as(url))
  )
}

/** The URL of an empty database, on `TEST_POSTGRES_URL` or on a server of its own, for as long as the scope. */
export const temporaryDatabase = Effect.gen(function* () {
  const given = process.env["TEST_POSTGRES_URL"] || undefined
  const server = given ?? (yield* PostgresServer.make).url
  const name = `scnmnt_test_${process.pid}_${Date.now()}`
  yield* Effect.acquireRelease(run(databaseOn(server, "postgres"), `CREATE DATABASE ${name}`), () =>
    Effect.orDie(run(databaseOn(server, "postgres"), `DROP DATABASE ${name} WITH (FORCE)`))
  )
  return databaseOn(server, name)
})

/** The URL of a server's database. */
export const databaseOn = (server: string, database: string) => {
  const url = new URL(server)
  url.pathname = database
  return url.href
}

/** One statement past the store, and its rows. */
export const run = (url: string, statement: string, parameters: ReadonlyArray<unknown> = []) =>
  PgClient.makeClient({ url: Redacted.make(url) }).pipe(
    Effect.flatMap((sql) => sql.unsafe(statement, parameters)),
    Effect.scoped,
    Effect.provide(Reactivity.layer)
  )

/** What a store on this database is opened with; it may be in more of a hurry. */
export const optionsFor = (url: string, changes: Partial<Options> = {}): Options => ({
  url: Option.getOrThrow(parse(url)),
  connections: 10,
  connectTimeout: Duration.seconds(2),
  timeout: Duration.seconds(5),
  ...changes
})
