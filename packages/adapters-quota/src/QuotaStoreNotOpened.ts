import { Schema } from "effect"

/** The file can't be the store: no right to it, not a database, or tables of a newer version. */
export class QuotaStoreNotOpened extends Schema.TaggedError<QuotaStoreNotOpened>()("QuotaStoreNotOpened", {
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `Can't open the quota store ${this.path}: ${this.cause instanceof Error ? this.cause.message : this.cause}`
  }
}
