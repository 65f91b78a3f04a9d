import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Effect, Layer, Schema } from "effect"
import type { QuotaStoreNotOpened } from "./QuotaStoreNotOpened.ts"

/** Which store keeps the books: `memory:`, or `sqlite:` and a path, relative or absolute. */
export const QuotaStoreUrl = Schema.String.check(
  Schema.isPattern(/^(memory:|sqlite:(?!\/\/).+)$/, {
    message: "must be memory: or sqlite:<path>, such as sqlite:data/quota.db or sqlite:/var/lib/scnmnt/quota.db"
  })
).pipe(Schema.brand("QuotaStoreUrl"))
export type QuotaStoreUrl = typeof QuotaStoreUrl.Type

/** The store that a URL names. Only that one is loaded: not every runtime has what another needs. */
export const layer = (url: QuotaStoreUrl): Layer.Layer<QuotaStore, QuotaStoreNotOpened> =>
  url === "memory:"
    ? MemoryQuotaStore.layer()
    : Effect.promise(() => import("./SqliteQuotaStore.ts")).pipe(
        Effect.map((sqlite) => sqlite.layer({ path: url.slice("sqlite:".length) })),
        Layer.unwrap
      )
