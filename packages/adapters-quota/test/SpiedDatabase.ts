import type { Database, Statement } from "../src/sqlite/SqliteDriver.ts"

/** A database that keeps count of what it runs, and fails on demand. */
export const spyOn = (database: Database) => {
  const ran: Array<string> = []
  const failing = new Set<string>()
  const spied: Database = {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql) =>
      spyOnStatement(database.prepare(sql), () => {
        if (failing.has(sql)) throw new Error(`${sql} was made to fail`)
        ran.push(sql)
      })
  }
  return { spied, failing, count: (sql: string) => ran.filter((one) => one === sql).length }
}

const spyOnStatement = (statement: Statement, beforeRun: () => void): Statement => ({
  get: (...parameters) => statement.get(...parameters),
  all: (...parameters) => statement.all(...parameters),
  run: (...parameters) => {
    beforeRun()
    return statement.run(...parameters)
  }
})
