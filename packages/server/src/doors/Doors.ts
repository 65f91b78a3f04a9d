import { maxTasksInFlight } from "@scnmnt/core/TaskLimit"
import { Layer } from "effect"
import { ImageResourcePolicy } from "./ImageResourcePolicy.ts"
import * as RateLimits from "./RateLimits.ts"
import * as RateLimiterStoreUrl from "./RateLimiterStoreUrl.ts"
import type { Settings } from "../Settings.ts"
import { TrustedOrigins } from "./TrustedOrigins.ts"
import { TrustedProxies } from "./TrustedProxies.ts"

/** Who may come in, and how much of it: what the configuration says of that. */
export const layer = (settings: Settings) => {
  const limits = RateLimits.ofSetting(settings.RATE_LIMIT)
  return Layer.mergeAll(
    Layer.succeed(RateLimits.RateLimits, limits),
    Layer.succeed(maxTasksInFlight, limits["account-tasks"] ?? Infinity),
    RateLimiterStoreUrl.layer(settings.RATE_LIMIT_STORE_URL),
    Layer.succeed(ImageResourcePolicy, settings.IMAGE_RESOURCE_POLICY),
    Layer.succeed(TrustedOrigins, settings.TRUSTED_ORIGINS),
    Layer.succeed(TrustedProxies, settings.TRUST_PROXY)
  )
}
