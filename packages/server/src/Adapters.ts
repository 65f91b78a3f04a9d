import * as Chatgpt2apiImageUpstream from "@scnmnt/adapters-http/Chatgpt2apiImageUpstream"
import * as HttpImageSource from "@scnmnt/adapters-http/HttpImageSource"
import * as OpenaiPromptModel from "@scnmnt/adapters-http/OpenaiPromptModel"
import { ImagePolicy } from "@scnmnt/core/ImageLimit"
import { QuotaPolicy } from "@scnmnt/core/Quota"
import * as SpendRetention from "@scnmnt/core/SpendRetention"
import { WatchPolicy } from "@scnmnt/core/WatchPlan"
import { Effect, Layer } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { ConfigurationInvalid } from "./Configuration.ts"
import { Limits } from "./Limits.ts"
import * as QuotaStoreSettings from "./QuotaStoreSettings.ts"
import type { Settings } from "./Settings.ts"

/** Joins the core's ports and policies to the adapters and values that the configuration asks for. */
export const layer = (settings: Settings) => {
  const watchPolicy = Layer.succeed(WatchPolicy, {
    pollInterval: settings.TASK_POLL_INTERVAL,
    missingGrace: settings.TASK_MISSING_GRACE,
    deadline: settings.TASK_DEADLINE,
    lease: settings.TASK_LEASE
  })
  const endpoint = { root: settings.CHATGPT2API_BASE_URL, apiKey: settings.CHATGPT2API_API_KEY }
  return Layer.mergeAll(
    Chatgpt2apiImageUpstream.layer({ endpoint, model: settings.CHATGPT2API_IMAGE_MODEL }),
    HttpImageSource.layer({ endpoint, furtherOrigins: settings.CHATGPT2API_IMAGE_ORIGINS }).pipe(
      Layer.catchTag("PublicOriginsUnsupported", () => Layer.effectContext(Effect.fail(anyOriginUnsupported)))
    ),
    OpenaiPromptModel.layer({ endpoint, model: settings.CHATGPT2API_PROMPT_MODEL }),
    QuotaStoreSettings.layer(settings).pipe(Layer.provide(watchPolicy)),
    Layer.succeed(QuotaPolicy, {
      dailyGrant: settings.QUOTA_DAILY_GRANT,
      cap: settings.QUOTA_BALANCE_CAP,
      timeZone: settings.QUOTA_TIME_ZONE
    }),
    watchPolicy,
    Layer.succeed(ImagePolicy, { maxBytes: settings.MAX_IMAGE_BYTES }),
    Layer.succeed(SpendRetention.retention, settings.SPEND_RETENTION),
    Layer.succeed(Limits, {
      requestBytes: settings.MAX_REQUEST_BYTES,
      jsonBytes: Math.min(262_144, settings.MAX_REQUEST_BYTES),
      referenceBytes: settings.MAX_REFERENCE_UPLOAD_BYTES,
      references: settings.MAX_REFERENCE_IMAGES,
      memoryBytes: settings.MAX_MULTIPART_MEMORY_BYTES
    })
  ).pipe(Layer.provideMerge([Digest.layerWebCrypto, SecureRandom.layerWebCrypto]))
}

const anyOriginUnsupported = new ConfigurationInvalid({
  problems: [
    "CHATGPT2API_IMAGE_ORIGINS must be a list without * on this runtime, which leaves no say in the addresses connected to"
  ]
})
