import { HttpUrl } from "@scnmnt/adapters-http/Chatgpt2apiEndpoint"
import { Schema, Struct } from "effect"
import type { Entry } from "../Settings.ts"

const Milliseconds = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThan(0))
const Count = Milliseconds
const Compression = Schema.Literals(["gzip", "none"])
const Protocol = Schema.Literal("http/json")

const isDecodable = (text: string) => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
/** `key=value` pairs, which may be percent-encoded, separated by commas (W3C Baggage, section 3.3.1). */
const Pairs = Schema.String.check(
  Schema.makeFilter((text) => isDecodable(text) && text.split(",").every((pair) => /^[^=]*[^=\s][^=]*=/.test(pair)))
)

/**
 * OpenTelemetry's variables that count beside the endpoint, once that is set. Effect's exporter ignores a protocol or a
 * sampler that it does not have, and what it can't read kills it: they are looked at before.
 */
export const TraceVariables = Schema.Struct({
  OTEL_SDK_DISABLED: Schema.Literals(["true", "false"]),
  OTEL_TRACES_EXPORTER: Schema.Literals(["otlp", "none"]),
  OTEL_TRACES_SAMPLER: Schema.Literal("parentbased_always_on"),
  OTEL_EXPORTER_OTLP_PROTOCOL: Protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: Protocol,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: HttpUrl,
  OTEL_EXPORTER_OTLP_HEADERS: Pairs,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: Pairs,
  OTEL_EXPORTER_OTLP_COMPRESSION: Compression,
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: Compression,
  OTEL_EXPORTER_OTLP_TIMEOUT: Milliseconds,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: Milliseconds,
  OTEL_BSP_EXPORT_TIMEOUT: Milliseconds,
  OTEL_BSP_SCHEDULE_DELAY: Milliseconds,
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: Count,
  OTEL_SERVICE_NAME: Schema.String,
  OTEL_SERVICE_VERSION: Schema.String,
  OTEL_RESOURCE_ATTRIBUTES: Pairs
}).mapFields(Struct.map(Schema.optionalKey))

const protocol = "http/json, the only protocol there is"
const pairs = "key=value pairs, percent-encoded, separated by commas"
const compression = "gzip or none"
const milliseconds = "a whole number of milliseconds, 1 or more"

/** What there is to say of each. */
export const manual: Record<keyof typeof TraceVariables.fields, Entry> = {
  OTEL_SDK_DISABLED: { about: "`true` turns traces off", expected: "true or false" },
  OTEL_TRACES_EXPORTER: { about: "`none` turns traces off", expected: "otlp or none" },
  OTEL_TRACES_SAMPLER: {
    about: "Which traces are recorded: all, except where the caller's `traceparent` says that it is not recorded",
    expected: "parentbased_always_on, the only sampler there is"
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: { about: "The form in which spans are sent", expected: protocol },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { about: "The same, for traces alone", expected: protocol },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    about: "The exact URL that spans are sent to; `/v1/traces` is not added",
    expected: "an http or https URL such as http://localhost:4318/v1/traces"
  },
  OTEL_EXPORTER_OTLP_HEADERS: { about: "Headers of these requests", expected: pairs },
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: { about: "Headers to send instead of those", expected: pairs },
  OTEL_EXPORTER_OTLP_COMPRESSION: { about: "Compression of these requests", expected: compression },
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: { about: "The same, for traces alone", expected: compression },
  OTEL_EXPORTER_OTLP_TIMEOUT: {
    about: "How long the server waits for the last spans when it stops; 3,000 by default",
    expected: milliseconds
  },
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: { about: "The same, for traces alone", expected: milliseconds },
  OTEL_BSP_EXPORT_TIMEOUT: { about: "The same, if neither of those is set", expected: milliseconds },
  OTEL_BSP_SCHEDULE_DELAY: { about: "How often spans are sent; 5,000 by default", expected: milliseconds },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: {
    about: "Spans in one request at most; 1,000 by default",
    expected: "a whole number, 1 or more"
  },
  OTEL_SERVICE_NAME: { about: "`service.name`; scnmnt by default", expected: "a name" },
  OTEL_SERVICE_VERSION: { about: "`service.version`; the server's own by default", expected: "a version" },
  OTEL_RESOURCE_ATTRIBUTES: { about: "Further attributes of the resource", expected: pairs }
}
