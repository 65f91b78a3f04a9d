import { Option, Schema } from "effect"

/** Which database, and how to get there. */
export const PostgresUrl = Schema.Struct({
  host: Schema.String.check(Schema.isPattern(/^[\w.:-]+$/)),
  port: Schema.Int,
  database: Schema.NonEmptyString,
  username: Schema.NonEmptyString,
  password: Schema.optional(Schema.RedactedFromValue(Schema.String)),
  /** How the line is encrypted and what is asked of the server's certificate, in libpq's words. */
  tls: Schema.Literals(["disable", "require", "verify-ca", "verify-full"]),
  /** A file with the authorities to trust, if not those that the runtime trusts. */
  authorities: Schema.optional(Schema.NonEmptyString)
})
export type PostgresUrl = typeof PostgresUrl.Type

/** The same without what is secret. */
export const describe = ({ host, port, database }: PostgresUrl): string => `postgres://${host}:${port}/${database}`

/**
 * Reads `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem`, a connection URI as
 * libpq has it (PostgreSQL's manual, section 34.1.1.2). What this store would pass over is refused: a line that is less
 * safe than its URL says would be no help.
 */
export const parse = (text: string): Option.Option<PostgresUrl> =>
  Option.fromNullishOr(URL.parse(text)).pipe(
    Option.filter(({ hash, protocol }) => /^postgres(ql)?:$/.test(protocol) && hash === ""),
    Option.flatMap(parts),
    Option.flatMap(decode)
  )

const parts = Option.liftThrowable((url: URL) => ({
  host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
  port: url.port === "" ? 5432 : Number(url.port),
  database: decodeURIComponent(url.pathname.slice(1)),
  username: decodeURIComponent(url.username),
  password: url.password === "" ? undefined : decodeURIComponent(url.password),
  ...parameters(url.searchParams)
}))

const parameters = (search: URLSearchParams) => {
  const { sslmode = "disable", sslrootcert, ...unknown } = Object.fromEntries(search)
  const isChecked = sslmode.startsWith("verify-")
  if (Object.keys(unknown).length > 0 || new Set(search.keys()).size < search.size) throw new Error("unknown, or twice")
  if (sslrootcert !== undefined && !isChecked) throw new Error("authorities that nobody asks")
  return { tls: sslmode, authorities: sslrootcert }
}

const decode = Schema.decodeUnknownOption(PostgresUrl)
