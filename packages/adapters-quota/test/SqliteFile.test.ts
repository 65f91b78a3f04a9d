import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as SqliteFile from "../src/sqlite/SqliteFile.ts"
import { Effect } from "effect"
import { run, temporaryFile } from "./TemporaryFile.ts"

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

const failureOf = (path: string) =>
  Effect.map(Effect.flip(Effect.scoped(SqliteFile.open(path))), ({ message }) => message)

describe("SqliteFile", () => {
  it.effect("makes missing folders, and lets nobody else read them or what is in them", () =>
    Effect.gen(function* () {
      const folder = dirname(yield* temporaryFile)
      const path = join(folder, "some", "where", "quota.db")
      const database = yield* SqliteFile.open(path)
      database.exec("INSERT INTO accounts VALUES ('account-1', 0, 0, 0, NULL)")
      assert.deepStrictEqual([join(folder, "some"), dirname(path)].map(modeOf), ["700", "700"])
      const files = readdirSync(dirname(path)).toSorted()
      assert.deepStrictEqual(files, ["quota.db", "quota.db-shm", "quota.db-wal"])
      assert.deepStrictEqual(
        files.map((file) => modeOf(join(dirname(path), file))),
        ["600", "600", "600"]
      )
    })
  )

  it.effect("leaves the modes of a folder and a file that are there", () =>
    Effect.gen(function* () {
      const path = join(dirname(yield* temporaryFile), "shared", "quota.db")
      mkdirSync(dirname(path))
      writeFileSync(path, "")
      chmodSync(dirname(path), 0o755)
      chmodSync(path, 0o640)
      yield* SqliteFile.open(path)
      assert.deepStrictEqual([dirname(path), path].map(modeOf), ["755", "640"])
    })
  )

  it.effect("syncs every commit to the disk, keeps the keys between tables, and never blocks on a lock", () =>
    Effect.gen(function* () {
      const database = yield* SqliteFile.open(yield* temporaryFile)
      const pragma = (name: string) => database.prepare(`SELECT * FROM pragma_${name}`).get()
      assert.deepEqual(pragma("journal_mode"), { journal_mode: "wal" })
      assert.deepEqual(pragma("synchronous"), { synchronous: 2 })
      assert.deepEqual(pragma("foreign_keys"), { foreign_keys: 1 })
      assert.deepEqual(pragma("busy_timeout"), { timeout: 0 })
    })
  )

  it.effect("keeps what is there when it opens a second time, and leaves one file when the last one closes", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      yield* Effect.scoped(
        Effect.map(SqliteFile.open(path), (database) =>
          database.exec("INSERT INTO accounts VALUES ('account-1', 3, 3, 0, NULL)")
        )
      )
      assert.deepStrictEqual(readdirSync(dirname(path)), ["quota.db"])
      const database = yield* SqliteFile.open(path)
      assert.deepEqual(database.prepare("SELECT balance FROM accounts").all(), [{ balance: 3 }])
    })
  )

  it.effect("brings an empty file's tables up to date, and says so in it", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      yield* Effect.scoped(SqliteFile.open(path))
      assert.deepEqual(yield* run(path, "PRAGMA user_version"), [{ user_version: 4 }])
      const tables = yield* run(path, "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND strict")
      assert.sameDeepMembers(
        tables.map((table) => ({ ...table })),
        [
          { name: "accounts", strict: 1 },
          { name: "spends", strict: 1 }
        ]
      )
    })
  )

  it.effect("brings a file of the first version up to date, with what is in it", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      yield* Effect.scoped(SqliteFile.open(path))
      yield* run(path, "ALTER TABLE spends DROP COLUMN opening")
      yield* run(path, "ALTER TABLE spends DROP COLUMN trace_parent")
      yield* run(path, "INSERT INTO accounts VALUES ('account-1', 3, 4, 0, NULL)")
      yield* run(
        path,
        "INSERT INTO spends VALUES ('id', 'account-1', 'hash', 'text', '1:1', 'Open', NULL, 'me', 1, 1, 1)"
      )
      yield* run(path, "PRAGMA user_version = 1")
      const database = yield* SqliteFile.open(path)
      const spends = database.prepare("SELECT task_id, created_at, opening, trace_parent FROM spends").all()
      assert.deepEqual(spends, [{ task_id: "id", created_at: 1, opening: 1, trace_parent: null }])
    })
  )

  it.effect("leaves a file as it is when a migration fails half-way", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      // The second of the first migration's tables is in the way.
      yield* run(path, "CREATE TABLE spends (something TEXT)")
      assert.match(yield* failureOf(path), /table spends already exists/)
      assert.deepEqual(yield* run(path, "SELECT name FROM sqlite_schema"), [{ name: "spends" }])
      assert.deepEqual(yield* run(path, "PRAGMA user_version"), [{ user_version: 0 }])
    })
  )

  it.effect("refuses tables of a newer version, and does not touch them", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      yield* run(path, "PRAGMA user_version = 99")
      const message = `Can't open the quota store ${path}: its tables have version 99, this program knows 4 at most: update it`
      assert.strictEqual(yield* failureOf(path), message)
      assert.deepEqual(yield* run(path, "SELECT count(*) AS count FROM sqlite_schema"), [{ count: 0 }])
    })
  )

  it.effect("says what is in the way: another kind of file, or a folder", () =>
    Effect.gen(function* () {
      const path = yield* temporaryFile
      writeFileSync(path, "not a database, and long enough to be looked at as one".repeat(10))
      assert.match(yield* failureOf(path), /file is not a database/)
      assert.match(yield* failureOf(dirname(path)), /EISDIR/)
      assert.match(yield* failureOf(join(path, "quota.db")), /EEXIST|ENOTDIR/)
    })
  )
})
