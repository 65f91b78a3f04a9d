import { Layer } from "effect"
import type { Settings } from "./Settings.ts"
import { TrustedOrigins } from "./TrustedOrigins.ts"
import { TrustedProxies } from "./TrustedProxies.ts"

/** Who may come in, and how much of it: what the configuration says of that. */
export const layer = (settings: Settings) =>
  Layer.mergeAll(
    Layer.succeed(TrustedOrigins, settings.TRUSTED_ORIGINS),
    Layer.succeed(TrustedProxies, settings.TRUST_PROXY)
  )
