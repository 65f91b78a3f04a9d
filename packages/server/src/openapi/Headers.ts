import * as SecurityHeaders from "../http/SecurityHeaders.ts"
import type { Header, Parameter } from "./Notes.ts"
import { tasks } from "./Examples.ts"

const data = SecurityHeaders.of("data")
const text = { type: "string" }
const fixed = (value: string) => ({ type: "string", const: value })

/** What every route reads. */
export const acceptLanguage: Parameter = {
  description: "The language of messages to people: English, or Simplified Chinese for `zh`.",
  schema: text,
  example: "en"
}

const idOfRequest = { schema: { type: "string", pattern: "^[\\w.:-]{1,64}$" }, example: "01JD3Q9TZ6" }

/** What a client may call its request, for whoever looks for it in the logs. */
export const givenRequestId: Parameter = {
  description: "The client's own name for this request, for the logs: one is made if there is none, or another form.",
  ...idOfRequest
}

const requestId: Header = { description: "The name of this request in the logs.", ...idOfRequest }

/** What every 429 and 503 says. */
export const retryAfter: Header = {
  description: "Seconds to wait before the next try.",
  schema: { type: "integer", minimum: 1 },
  example: 5
}

/** What an answer says of the limits that its request was counted for (draft-ietf-httpapi-ratelimit-headers-11). */
const rateLimits = {
  "RateLimit-Policy": {
    description: "How many requests a client or an account may make in how many seconds; nothing where limits are off.",
    schema: text,
    example: '"generate";q=120;w=60'
  },
  RateLimit: {
    description: "How many are left, and in how many seconds there is one more.",
    schema: text,
    example: '"generate";r=119;t=1'
  }
} satisfies Record<string, Header>

/** What any answer may have. */
export const ofEveryAnswer: Readonly<Record<string, Header>> = {
  "X-Request-Id": requestId,
  ...rateLimits,
  "Cache-Control": { description: "Not to be kept.", schema: fixed("no-store") },
  "Content-Security-Policy": { description: "It is no page.", schema: fixed(data["content-security-policy"]) },
  "Cross-Origin-Resource-Policy": {
    description: "Nor a part of another site's.",
    schema: fixed(data["cross-origin-resource-policy"])
  },
  "Referrer-Policy": { description: "No page's address goes on from here.", schema: fixed(data["referrer-policy"]) },
  "X-Content-Type-Options": { description: "The type is what it says.", schema: fixed(data["x-content-type-options"]) },
  "Strict-Transport-Security": { description: "Present if the client came by TLS.", schema: text }
}

/** What an event stream says to proxies. */
export const unbuffered = {
  "Cache-Control": { description: "An event stream is not to be cached.", schema: fixed("no-cache") },
  "X-Accel-Buffering": { description: "Nor to be held back.", schema: fixed("no") }
} satisfies Record<string, Header>

const etag = `"${tasks.completed.id}"`

/** What comes with an image, and with the news that the client has it. */
export const image = {
  ETag: { description: "Never changes, since an image does not.", schema: text, example: etag },
  "Cache-Control": { description: "May be kept for good.", schema: fixed("public, max-age=31536000, immutable") },
  "Accept-Ranges": { description: "Parts can be asked for.", schema: fixed("bytes") },
  "Cross-Origin-Resource-Policy": {
    description: "Whose pages may show it.",
    schema: { type: "string", enum: ["same-origin", "same-site", "cross-origin"] }
  }
} satisfies Record<string, Header>

export const contentLength: Header = {
  description: "Bytes of the image, or of the part; not there if the image service does not say.",
  schema: { type: "integer", minimum: 0 },
  example: 1_482_113
}

/** What a client may ask for of an image that it has, or has a part of. */
export const conditions = {
  "If-None-Match": { description: "Entity tags that the client has; 304 if the image's is among them.", schema: text },
  Range: {
    description: "One range of bytes; anything else is read as if it were not there (RFC 9110, section 14.2).",
    schema: text
  },
  "If-Range": { description: "The entity tag that the range belongs to; of another one it is ignored.", schema: text }
} satisfies Record<string, Parameter>

export const contentRange = (example: string): Header => ({
  description: "Which bytes of how many (RFC 9110, section 14.4).",
  schema: text,
  example
})
