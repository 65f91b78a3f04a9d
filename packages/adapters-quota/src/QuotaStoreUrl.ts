import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect, Layer, Option, Schema, SchemaGetter, SchemaIssue } from "effect"
import type { QuotaStoreNotOpened } from "./QuotaStoreNotOpened.ts"
import type { Options } from "./postgres/Database.ts"
import * as PostgresUrl from "./PostgresUrl.ts"

/** Which store keeps the books. */
const Store = Schema.TaggedUnion({
  Memory: {},
  Sqlite: { path: Schema.NonEmptyString },
  Postgres: { url: Schema.toType(PostgresUrl.PostgresUrl) }
})
type Store = typeof Store.Type

/** `memory:`, `sqlite:` and a path, relative or absolute, or a PostgreSQL connection URI. What it is parsed to shows no password. */
export const QuotaStoreUrl = Schema.String.pipe(
  Schema.decodeTo(Store, {
    decode: SchemaGetter.transformEffect((text: string) =>
      Effect.fromOption(parse(text), () => new SchemaIssue.InvalidValue({ message: "must name a store" }))
    ),
    encode: SchemaGetter.forbidden(() => "a URL is read only")
  })
)
export type QuotaStoreUrl = typeof QuotaStoreUrl.Type

const parse = (text: string): Option.Option<Store> => {
  if (text === "memory:") return Option.some(Store.cases.Memory.make({}))
  const path = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1]
  return path === undefined
    ? Option.map(PostgresUrl.parse(text), (url) => Store.cases.Postgres.make({ url }))
    : Option.some(Store.cases.Sqlite.make({ path }))
}

/** The store that a URL names. Only that one is loaded: not every runtime has what another needs. */
export const layer = (url: QuotaStoreUrl, limits: Omit<Options, "url">): Layer.Layer<QuotaStore, QuotaStoreNotOpened> =>
  Store.match(url, {
    Memory: () => MemoryQuotaStore.layer(),
    Sqlite: ({ path }) =>
      Effect.promise(() => import("./SqliteQuotaStore.ts")).pipe(
        Effect.map((sqlite) => sqlite.layer({ path })),
        Layer.unwrap
      ),
    Postgres: ({ url }) =>
      Effect.promise(() => import("./PostgresQuotaStore.ts")).pipe(
        Effect.map((postgres) => postgres.layer({ url, ...limits })),
        Layer.unwrap
      )
  })
