import type { Settings } from "../Settings.ts"
import { version } from "../Version.ts"
import { runtime } from "./Runtime.ts"

/** What is starting, in words that carry no secret: of addresses only where they are, of the store only its kind. */
export const facts = ({
  CHATGPT2API_BASE_URL: upstream,
  OTEL_EXPORTER_OTLP_ENDPOINT: traces,
  QUOTA_STORE_URL: store
}: Pick<Settings, "CHATGPT2API_BASE_URL" | "OTEL_EXPORTER_OTLP_ENDPOINT" | "QUOTA_STORE_URL">) => ({
  version,
  runtime,
  store: store._tag.toLowerCase(),
  upstream: upstream.origin,
  traces: traces === "" ? "off" : traces.origin
})
