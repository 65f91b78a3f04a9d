import { DatabaseSync } from "node:sqlite"

/** A column's value, of those that the store uses. */
export type Value = string | number | null

/** One prepared statement; parameters go by their places, which costs less than half of what names do. */
export interface Statement {
  run(...parameters: ReadonlyArray<Value>): unknown
  get(...parameters: ReadonlyArray<Value>): unknown
  all(...parameters: ReadonlyArray<Value>): ReadonlyArray<unknown>
}

/** The little of an SQLite driver that the store needs. All that is known of `node:sqlite` is in this file. */
export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

/** Opens a file. Statements wait this long, and block the thread, while another connection writes. */
export const open = (path: string, timeoutMillis: number): Database =>
  new DatabaseSync(path, { timeout: timeoutMillis, enableForeignKeyConstraints: true })

/** Whether SQLite itself failed, by disk, lock, damage or a constraint, or its connection is closed. */
export const isFailure = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && (cause.code === "ERR_SQLITE_ERROR" || cause.code === "ERR_INVALID_STATE")

/** Whether another connection is writing. Extended result codes have the plain one in their low byte. */
export const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" && (cause.errcode & 0xff) === 5
