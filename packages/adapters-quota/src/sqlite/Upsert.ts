import type { Database, Value } from "./SqliteDriver.ts"

/** What each of a table's columns takes of a value. */
export type Columns<A> = Readonly<Record<string, (value: A) => Value>>

/** Writes a value as a row of the table, over the one that has the same key. */
export const prepare = <A>(database: Database, table: string, key: string, columns: Columns<A>) => {
  const names = Object.keys(columns)
  const changes = names.filter((name) => name !== key).map((name) => `${name} = excluded.${name}`)
  const statement = database.prepare(
    `INSERT INTO ${table} (${names}) VALUES (${names.map(() => "?")}) ON CONFLICT (${key}) DO UPDATE SET ${changes}`
  )
  const takes = Object.values(columns)
  return (value: A): void => {
    statement.run(...takes.map((take) => take(value)))
  }
}
