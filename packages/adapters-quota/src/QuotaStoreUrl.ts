import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Schema } from "effect"
import type { Layer } from "effect"
import * as SqliteQuotaStore from "./SqliteQuotaStore.ts"
import type { QuotaStoreNotOpened } from "./sqlite/SqliteFile.ts"

/** Which store keeps the books: `memory:`, or `sqlite:` and a path, relative or absolute. */
export const QuotaStoreUrl = Schema.String.check(
  Schema.isPattern(/^(memory:|sqlite:(?!\/\/).+)$/, {
    message: "must be memory: or sqlite:<path>, such as sqlite:data/quota.db or sqlite:/var/lib/scnmnt/quota.db"
  })
).pipe(Schema.brand("QuotaStoreUrl"))
export type QuotaStoreUrl = typeof QuotaStoreUrl.Type

/** The store that a URL names. */
export const layer = (url: QuotaStoreUrl): Layer.Layer<QuotaStore, QuotaStoreNotOpened> =>
  url === "memory:" ? MemoryQuotaStore.layer() : SqliteQuotaStore.layer({ path: url.slice("sqlite:".length) })
