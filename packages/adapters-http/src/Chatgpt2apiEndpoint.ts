import { type Redacted, Schema, SchemaTransformation } from "effect"

/** Where chatgpt2api is, and the key that it lets this service in with. */
export interface Chatgpt2apiEndpoint {
  /** Without `/v1`, its path ending in a slash: see {@link UpstreamRoot}. */
  readonly root: URL
  readonly apiKey: Redacted.Redacted
}

/** A URL that HTTP clients can be sent to. */
export const HttpUrl = Schema.URLFromString.check(
  Schema.makeFilter(
    (url: URL) => url.protocol === "http:" || url.protocol === "https:" || "must be an http or https URL"
  )
)

/** The upstream's root, from any form of its base URL: with or without `/v1`, with or without a slash at its end. */
export const UpstreamRoot = HttpUrl.pipe(
  Schema.decodeTo(
    Schema.URL,
    SchemaTransformation.transform({
      decode: (url) => new URL(url.pathname.replace(/\/*(\/v1)?\/*$/, "/"), url.origin),
      encode: (root) => root
    })
  )
)

/** The task API's address below the root. */
export const taskUrl = ({ root }: Chatgpt2apiEndpoint, path: string): URL => new URL(`api/image-tasks${path}`, root)

/** The base URL for OpenAI's own clients. */
export const openaiBase = ({ root }: Chatgpt2apiEndpoint): URL => new URL("v1", root)
