import { Schema } from "effect"

/** The store can't be had: it is not there, lets nobody in, is something else, or has tables of a newer version. */
export class QuotaStoreNotOpened extends Schema.TaggedError<QuotaStoreNotOpened>()("QuotaStoreNotOpened", {
  /** Where it is, with nothing secret in it. */
  store: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `Can't open the quota store ${this.store}: ${this.cause instanceof Error ? this.cause.message : this.cause}`
  }
}
