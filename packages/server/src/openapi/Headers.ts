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
  description:
    "The client's own id for this request, to find it in the logs. The server makes one up if there is none, or if it has another form.",
  ...idOfRequest
}

const requestId: Header = { description: "The id of this request in the logs.", ...idOfRequest }

/** What every 429 and 503 says. */
export const retryAfter: Header = {
  description: "Seconds to wait before the next try.",
  schema: { type: "integer", minimum: 1 },
  example: 5
}

/** What an answer says of the limits that its request was counted for (draft-ietf-httpapi-ratelimit-headers-11). */
const rateLimits = {
  "RateLimit-Policy": {
    description: "The limits that this request counted for: `q` requests in `w` seconds. Absent where limits are off.",
    schema: text,
    example: '"generate";q=120;w=60'
  },
  RateLimit: {
    description: "What is left of these limits: `r` more requests now, and another one in `t` seconds.",
    schema: text,
    example: '"generate";r=119;t=1'
  }
} satisfies Record<string, Header>

/** What any answer may have. */
export const ofEveryAnswer: Readonly<Record<string, Header>> = {
  "X-Request-Id": requestId,
  ...rateLimits,
  "Cache-Control": { description: "The answer must not be cached.", schema: fixed("no-store") },
  "Content-Security-Policy": {
    description: "The answer is data: as a page it can load and run nothing, and no page can frame it.",
    schema: fixed(data["content-security-policy"])
  },
  "Cross-Origin-Resource-Policy": {
    description: "Pages of other origins can't embed this answer.",
    schema: fixed(data["cross-origin-resource-policy"])
  },
  "Referrer-Policy": {
    description: "Links from this answer carry no address of where they come from.",
    schema: fixed(data["referrer-policy"])
  },
  "X-Content-Type-Options": {
    description: "Browsers must not guess another type than `Content-Type` says.",
    schema: fixed(data["x-content-type-options"])
  },
  "Strict-Transport-Security": {
    description: "Present if the client came by HTTPS: browsers then use nothing else for a year.",
    schema: text
  }
}

/** What an event stream says to proxies. */
export const unbuffered = {
  "Cache-Control": { description: "The event stream must not be cached.", schema: fixed("no-cache") },
  "X-Accel-Buffering": { description: "Tells nginx to pass each event on at once.", schema: fixed("no") }
} satisfies Record<string, Header>

const etag = `"${tasks.completed.id}"`

/** What comes with an image, and with the news that the client has it. */
export const image = {
  ETag: {
    description: "The image's entity tag. It never changes, because the image does not.",
    schema: text,
    example: etag
  },
  "Cache-Control": {
    description: "The image may be cached for good.",
    schema: fixed("public, max-age=31536000, immutable")
  },
  "Accept-Ranges": { description: "Ranges of bytes can be asked for.", schema: fixed("bytes") },
  "Cross-Origin-Resource-Policy": {
    description: "Whose pages may show the image: those of this origin, of this site, or of any.",
    schema: { type: "string", enum: ["same-origin", "same-site", "cross-origin"] }
  }
} satisfies Record<string, Header>

export const contentLength: Header = {
  description: "Bytes in this answer. Absent if the image service does not say how long the image is.",
  schema: { type: "integer", minimum: 0 },
  example: 1_482_113
}

/** What a client may ask for of an image that it has, or has a part of. */
export const conditions = {
  "If-None-Match": {
    description: "Entity tags that the client has: the answer is 304 if the image's is among them.",
    schema: text
  },
  Range: {
    description: "One range of bytes. Anything else is ignored (RFC 9110, section 14.2).",
    schema: text
  },
  "If-Range": {
    description: "The entity tag that the range belongs to. If the image has another one, `Range` is ignored.",
    schema: text
  }
} satisfies Record<string, Parameter>

export const contentRange = (example: string): Header => ({
  description: "Which bytes these are, and how many there are in all (RFC 9110, section 14.4).",
  schema: text,
  example
})
