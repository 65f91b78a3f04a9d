import { HttpUrl, UpstreamRoot } from "@scnmnt/adapters-http/Chatgpt2apiEndpoint"
import { QuotaStoreUrl } from "@scnmnt/adapters-quota/QuotaStoreUrl"
import { Duration, Schema } from "effect"
import { commaSeparated } from "./doors/CommaSeparated.ts"
import * as ImageResourcePolicy from "./doors/ImageResourcePolicy.ts"
import * as RateLimits from "./doors/RateLimits.ts"
import { RateLimiterStoreUrl } from "./doors/RateLimiterStoreUrl.ts"
import * as TrustedOrigins from "./doors/TrustedOrigins.ts"
import * as TrustedProxies from "./doors/TrustedProxies.ts"

const Whole = Schema.FiniteFromString.check(Schema.isInt())
const Count = Whole.check(Schema.isGreaterThanOrEqualTo(0))
const Positive = Whole.check(Schema.isGreaterThan(0))
const Port = Whole.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))
/** Not `Infinity`, which Effect takes as well: what waits for that never happens. */
const Span = Schema.DurationFromString.check(
  Schema.makeFilter(Duration.isPositive),
  Schema.makeFilter(Duration.isFinite)
)

/** A name, an IPv4 address or an IPv6 address without brackets. */
const Host = Schema.String.check(Schema.isPattern(/^([\w.-]+|(?=.*:.*:)[\da-f:.]+(%[\w.-]+)?)$/i))
/** What a header can carry (RFC 6750, section 2.1). */
const BearerToken = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+$/))
const ModelName = Schema.String.check(Schema.isPattern(/^\S+$/))

const Origin = Schema.URLFromString.check(Schema.makeFilter(({ href, origin }) => href === `${origin}/`))

/** Origins in a row, such as `https://a.example,https://b.example:8443`; `*` is any public one. */
const Origins = commaSeparated(Schema.Union([Schema.Literal("*"), Origin]))

/** The environment: every variable that the server reads, as text and as what it stands for. */
export const Settings = Schema.Struct({
  HOST: Host,
  PORT: Port,
  WORKERS: Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 256 })),
  CHATGPT2API_BASE_URL: UpstreamRoot,
  CHATGPT2API_API_KEY: Schema.RedactedFromValue(BearerToken),
  CHATGPT2API_IMAGE_MODEL: ModelName,
  CHATGPT2API_PROMPT_MODEL: ModelName,
  CHATGPT2API_IMAGE_ORIGINS: Origins,
  QUOTA_STORE_URL: QuotaStoreUrl,
  QUOTA_STORE_CONNECTIONS: Positive,
  QUOTA_STORE_CONNECT_TIMEOUT: Span,
  QUOTA_STORE_TIMEOUT: Span,
  QUOTA_DAILY_GRANT: Count,
  QUOTA_BALANCE_CAP: Count,
  QUOTA_TIME_ZONE: Schema.TimeZoneFromString,
  TASK_POLL_INTERVAL: Span,
  TASK_MISSING_GRACE: Span,
  TASK_DEADLINE: Span,
  TASK_LEASE: Span,
  SPEND_RETENTION: Span,
  MAX_REFERENCE_UPLOAD_BYTES: Positive,
  MAX_REFERENCE_IMAGES: Count,
  MAX_REQUEST_BYTES: Positive,
  MAX_MULTIPART_MEMORY_BYTES: Count,
  MAX_IMAGE_BYTES: Positive,
  RATE_LIMIT: RateLimits.FromString,
  RATE_LIMIT_STORE_URL: RateLimiterStoreUrl,
  MAX_CONNECTIONS_PER_ADDRESS: Count,
  TRUSTED_ORIGINS: TrustedOrigins.FromString,
  TRUST_PROXY: TrustedProxies.FromString,
  IMAGE_RESOURCE_POLICY: ImageResourcePolicy.FromString,
  LOG_LEVEL: Schema.Literals(["All", "Trace", "Debug", "Info", "Warn", "Error", "Fatal", "None"]),
  LOG_FORMAT: Schema.Literals(["pretty", "json"]),
  OTEL_EXPORTER_OTLP_ENDPOINT: Schema.Union([Schema.Literal(""), HttpUrl])
})
export type Settings = typeof Settings.Type

/** What there is to say of a variable. */
export interface Entry {
  readonly about: string
  /** What it has to be, after "must be". */
  readonly expected: string
  /** Its value when it is not set, as one would set it; without one it has to be set. */
  readonly fallback?: string
}

/** The manual of the environment, in the order of importance. */
export const manual: Record<keyof Settings, Entry> = {
  HOST: {
    about: "Address to listen on",
    expected: "a host name or an IP address, without a port",
    fallback: "127.0.0.1"
  },
  PORT: {
    about: "Port to listen on; 0 takes a free one",
    expected: "a port, 0 to 65535",
    fallback: "3000"
  },
  WORKERS: {
    about: "Processes that serve on the port together, on Node; the books must not be in memory",
    expected: "a whole number from 1 to 256",
    fallback: "1"
  },
  CHATGPT2API_BASE_URL: {
    about: "The upstream, with or without `/v1`",
    expected: "an http or https URL"
  },
  CHATGPT2API_API_KEY: {
    about: "The key for the upstream",
    expected: "the upstream's API key, in ASCII without spaces"
  },
  CHATGPT2API_IMAGE_MODEL: {
    about: "Model that paints",
    expected: "a model's name, without spaces",
    fallback: "gpt-image-2"
  },
  CHATGPT2API_PROMPT_MODEL: {
    about: "Model that improves prompts",
    expected: "a model's name, without spaces",
    fallback: "gpt-5.5"
  },
  CHATGPT2API_IMAGE_ORIGINS: {
    about: "Origins that images may come from besides the upstream's own, separated by commas; * is any public one",
    expected: "origins such as https://images.example.com, or *, separated by commas",
    fallback: ""
  },
  QUOTA_STORE_URL: {
    about: "Where the books are kept",
    expected:
      "memory:, sqlite:<path>, or postgres://<user>:<password>@<host>:<port>/<database> with at most sslmode (disable, require, verify-ca or verify-full) and sslrootcert",
    fallback: "sqlite:data/quota.db"
  },
  QUOTA_STORE_CONNECTIONS: {
    about: "Connections that a node opens to PostgreSQL at most",
    expected: "a whole number, 1 or more",
    fallback: "10"
  },
  QUOTA_STORE_CONNECT_TIMEOUT: {
    about: "How long a connection to PostgreSQL may take to be established",
    expected: 'a time such as "2 seconds"',
    fallback: "2 seconds"
  },
  QUOTA_STORE_TIMEOUT: {
    about: "How long a request waits for PostgreSQL before it gets 503",
    expected: 'a time such as "5 seconds"',
    fallback: "5 seconds"
  },
  QUOTA_DAILY_GRANT: {
    about: "Credits that a check-in brings, once a day",
    expected: "a whole number, 0 or more",
    fallback: "10"
  },
  QUOTA_BALANCE_CAP: {
    about: "Balance up to which a check-in adds credits",
    expected: "a whole number, 0 or more",
    fallback: "100"
  },
  QUOTA_TIME_ZONE: {
    about: "Time zone whose midnight begins the day of a check-in",
    expected: "an IANA time zone such as Asia/Shanghai, or an offset such as +08:00",
    fallback: "UTC"
  },
  TASK_POLL_INTERVAL: {
    about: "How often a young task is looked up; an old one up to 15 times less often",
    expected: 'a time such as "2 seconds"',
    fallback: "2 seconds"
  },
  TASK_MISSING_GRACE: {
    about: "How long the upstream may not know a task before its credit goes back",
    expected: 'a time such as "60 seconds"',
    fallback: "60 seconds"
  },
  TASK_DEADLINE: {
    about: "How old a task may grow before its credit goes back",
    expected: 'a time such as "30 minutes"',
    fallback: "30 minutes"
  },
  TASK_LEASE: {
    about:
      "How long a node keeps a task without renewing its lease: after this time another node takes over a dead node's tasks",
    expected: 'a time such as "30 seconds"',
    fallback: "30 seconds"
  },
  SPEND_RETENTION: {
    about: "How long ended tasks are kept before they are folded into their account's totals",
    expected: 'a time such as "90 days"',
    fallback: "90 days"
  },
  MAX_REFERENCE_UPLOAD_BYTES: {
    about: "Size of one reference image, in bytes",
    expected: "a whole number of bytes, 1 or more",
    fallback: "10485760"
  },
  MAX_REFERENCE_IMAGES: {
    about: "Reference images in one request",
    expected: "a whole number, 0 or more",
    fallback: "4"
  },
  MAX_REQUEST_BYTES: {
    about: "Size of one request, in bytes",
    expected: "a whole number of bytes, 1 or more",
    fallback: "16777216"
  },
  MAX_MULTIPART_MEMORY_BYTES: {
    about: "Bytes of a request's files that may stay in memory; the rest goes to disk",
    expected: "a whole number of bytes, 0 or more",
    fallback: "1048576"
  },
  MAX_IMAGE_BYTES: {
    about: "Size of an image that is passed on, in bytes; a larger one is refused, or cut off with an error",
    expected: "a whole number of bytes, 1 or more",
    fallback: "67108864"
  },
  RATE_LIMIT: {
    about:
      "Requests that one client address or account may make; limits that are not named keep these defaults, and each can be off",
    expected: "off, or limits such as generate=30/minute,account-tasks=5, separated by commas (see docs/doors.md)",
    fallback: RateLimits.defaults
  },
  RATE_LIMIT_STORE_URL: {
    about: "Where requests are counted: in memory, or in a Redis that several servers share",
    expected: "memory: or a URL such as redis://127.0.0.1:6379",
    fallback: "memory:"
  },
  MAX_CONNECTIONS_PER_ADDRESS: {
    about: "Connections from one address, on Node; 0 for any number, as trusted proxies have",
    expected: "a whole number, 0 or more",
    fallback: "512"
  },
  TRUSTED_ORIGINS: {
    about: "Origins besides this server's own whose pages may use it, separated by commas",
    expected: "origins such as https://app.example.com, without a slash at the end, separated by commas",
    fallback: ""
  },
  TRUST_PROXY: {
    about: "Proxies whose X-Forwarded-For, -Host and -Proto count: true for one, how many in a row, or their networks",
    expected: "true, false, a number from 1 to 10, or networks such as 10.0.0.0/8, separated by commas",
    fallback: "false"
  },
  IMAGE_RESOURCE_POLICY: {
    about:
      "Whose pages may show images: the server's own, those of its site (such as app.example.com for api.example.com), or all",
    expected: "same-origin, same-site or cross-origin",
    fallback: "same-site"
  },
  LOG_LEVEL: {
    about: "Lowest level that is logged",
    expected: "one of All, Trace, Debug, Info, Warn, Error, Fatal, None",
    fallback: "Info"
  },
  LOG_FORMAT: {
    about: "How log lines look",
    expected: "pretty or json",
    fallback: "pretty"
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    about: "Where traces go, by OTLP over HTTP; nowhere unless it is set",
    expected: "an http or https URL such as http://localhost:4318",
    fallback: ""
  }
}
