import { readFileSync } from "node:fs"
import type { ConnectionOptions } from "node:tls"
import * as PgClient from "@effect/sql-pg/PgClient"
import { QuotaUnavailable } from "@scnmnt/core/ports/QuotaStore"
import { Clock, Deferred, type Duration, Effect, type Schema } from "effect"
import { Reactivity } from "effect/reactivity"
import type { SqlError } from "effect/sql/SqlError"
import type { PostgresUrl } from "../PostgresUrl.ts"
import * as Trouble from "./Trouble.ts"

/** Which database, and what it may cost. */
export interface Options {
  readonly url: PostgresUrl
  /** At most so many at the same time. */
  readonly connections: number
  /** How long one may take to come about. */
  readonly connectTimeout: Duration.Duration
  /** How long a caller waits for a statement, with what it waits for a connection. */
  readonly timeout: Duration.Duration
}

/** A database that comes and goes. */
export interface Database {
  readonly sql: PgClient.PgClient
  /**
   * Runs one statement, which is one transaction, to its end, within its time and whether its caller stays or not. It has
   * to be one that may be run again: where the database undid it, and where nobody can tell whether it was done, it is.
   */
  run<A>(statement: Effect.Effect<A, SqlError | Schema.SchemaError>): Effect.Effect<A, QuotaUnavailable>
}

/** Its connections are opened as they are needed, and closed with the scope. */
export const open = Effect.fnUntraced(function* (options: Options) {
  const scope = yield* Effect.scope
  const sql = yield* PgClient.make(yield* configuration(options)).pipe(Effect.provide(Reactivity.layer), byTheMachine)
  const run = <A>(statement: Effect.Effect<A, SqlError | Schema.SchemaError>) =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<A, QuotaUnavailable>()
      const limit = Effect.andThen(Effect.sleep(options.timeout), Deferred.fail(answer, tooLate))
      yield* statement.pipe(
        Effect.retry({ while: Trouble.mayPass, times: 3 }),
        Effect.mapError((cause) => new QuotaUnavailable({ cause })),
        Effect.onExit((exit) => Deferred.done(answer, exit)),
        // Giving a statement up takes seconds where the line is dead: the caller has its answer before.
        Effect.raceFirst(limit),
        byTheMachine,
        Effect.forkIn(scope, { startImmediately: true })
      )
      return yield* Deferred.await(answer)
    })
  return { sql, run } satisfies Database
})

/** How long a line may take is a matter of real time, whatever clock the books go by. */
const byTheMachine = Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())

const tooLate = new QuotaUnavailable({ cause: new Error("the database did not answer in time") })

const configuration = ({ url, connections, connectTimeout }: Options) =>
  Effect.try((): PgClient.PgPoolConfig => ({
    host: url.host,
    port: url.port,
    database: url.database,
    username: url.username,
    password: url.password,
    ssl: tls(url),
    applicationName: "scnmnt",
    maxConnections: connections,
    connectTimeout,
    keepAlive: "10 seconds"
  }))

/** What libpq's words for it ask of a certificate: nothing, an authority to vouch for it, and the host's name too. */
const tls = ({ tls, authorities }: PostgresUrl): boolean | ConnectionOptions => {
  const ca = authorities === undefined ? {} : { ca: readFileSync(authorities, "utf8") }
  switch (tls) {
    case "disable":
      return false
    case "require":
      return { rejectUnauthorized: false }
    case "verify-ca":
      return { ...ca, checkServerIdentity: () => undefined }
    case "verify-full":
      return ca
  }
}
