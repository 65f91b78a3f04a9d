import * as QuotaStoreUrl from "@scnmnt/adapters-quota/QuotaStoreUrl"
import type { Settings } from "./Settings.ts"

/** The variables that say which quota store there is. */
export const variables = [
  "QUOTA_STORE_URL",
  "QUOTA_STORE_CONNECTIONS",
  "QUOTA_STORE_CONNECT_TIMEOUT",
  "QUOTA_STORE_TIMEOUT"
] as const

/** The quota store that they ask for. */
export const layer = (settings: Pick<Settings, (typeof variables)[number]>) =>
  QuotaStoreUrl.layer(settings.QUOTA_STORE_URL, {
    connections: settings.QUOTA_STORE_CONNECTIONS,
    connectTimeout: settings.QUOTA_STORE_CONNECT_TIMEOUT,
    timeout: settings.QUOTA_STORE_TIMEOUT
  })
