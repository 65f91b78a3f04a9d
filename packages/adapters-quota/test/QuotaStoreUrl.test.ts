import { existsSync } from "node:fs"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { layer, QuotaStoreUrl } from "@scnmnt/adapters-quota/QuotaStoreUrl"
import type { PostgresUrl } from "@scnmnt/adapters-quota/PostgresUrl"
import { Duration, Effect, Redacted, Schema } from "effect"
import { temporaryFile } from "./TemporaryFile.ts"

const parse = Schema.decodeUnknownEffect(QuotaStoreUrl)

const postgres: PostgresUrl = {
  host: "db.example.com",
  port: 5432,
  database: "books",
  username: "clerk",
  password: undefined,
  tls: "disable",
  authorities: undefined
}

describe("QuotaStoreUrl", () => {
  it.effect.each([
    ["memory:", { _tag: "Memory" }],
    ["sqlite:data/quota.db", { _tag: "Sqlite", path: "data/quota.db" }],
    ["sqlite:/var/lib/quota.db", { _tag: "Sqlite", path: "/var/lib/quota.db" }],
    ["sqlite:with space.db", { _tag: "Sqlite", path: "with space.db" }]
  ] as const)("%s names a store", ([url, store]) => Effect.map(parse(url), (parsed) => assert.deepEqual(parsed, store)))

  it.effect.each([
    ["postgres://clerk@db.example.com/books", {}],
    ["postgresql://clerk@db.example.com:6432/books", { port: 6432 }],
    ["postgres://clerk@[::1]/books", { host: "::1" }],
    ["postgres://the%20clerk@db.example.com/the%20books", { username: "the clerk", database: "the books" }],
    ["postgres://clerk@db.example.com/books?sslmode=require", { tls: "require" }],
    [
      "postgres://clerk@db.example.com/books?sslmode=verify-full&sslrootcert=/etc/ca.pem",
      { tls: "verify-full", authorities: "/etc/ca.pem" }
    ]
  ] as const)("%s names a database", ([url, changes]) =>
    Effect.map(parse(url), (parsed) => assert.deepEqual(parsed, { _tag: "Postgres", url: { ...postgres, ...changes } }))
  )

  it.effect("a password is read, and not shown", () =>
    Effect.gen(function* () {
      const store = yield* parse("postgres://clerk:trou%2Ft@db.example.com/books")
      assert(store._tag === "Postgres" && store.url.password !== undefined)
      assert.strictEqual(Redacted.value(store.url.password), "trou/t")
      for (const shown of [JSON.stringify(store), inspect(store, { depth: 9 }), String(store.url.password)]) {
        assert.notInclude(shown, "trou")
      }
    })
  )

  it.effect.each([
    "mysql://clerk:trout@db.example.com/books",
    "postgres://clerk:trout@db.example.com",
    "postgres://:trout@db.example.com/books",
    "postgres:///books",
    "postgres://clerk@one,two/books",
    "postgres://clerk:trout@db.example.com:port/books",
    "postgres://clerk:%trout@db.example.com/books",
    "postgres://clerk:trout@db.example.com/books?sslmode=prefer",
    "postgres://clerk:trout@db.example.com/books?sslmode=require&sslmode=disable",
    "postgres://clerk:trout@db.example.com/books?sslmode=require&sslrootcert=/etc/ca.pem",
    "postgres://clerk:trout@db.example.com/books?connect_timeout=5",
    "postgres://clerk:trout@db.example.com/books#trout",
    "sqlite:",
    "sqlite://data/quota.db",
    "memory",
    "memory:x",
    ""
  ])("%s names none, and is kept quiet", (url) =>
    Effect.map(Effect.flip(parse(url)), ({ message }) => assert.strictEqual(message, "must name a store"))
  )

  it.effect("sqlite: opens the file of that path", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      yield* Effect.provide(someStatus, storeOf(`sqlite:${path}`))
      assert.isTrue(existsSync(path))
    })
  )

  it.effect("memory: opens none", () => Effect.provide(someStatus, storeOf("memory:")))
})

const limits = { connections: 1, connectTimeout: Duration.seconds(1), timeout: Duration.seconds(1) }

const storeOf = (url: string) => layer(Schema.decodeUnknownSync(QuotaStoreUrl)(url), limits)

const someStatus = QuotaStore.use((store) => store.status(Fingerprint.make("account-1")))
