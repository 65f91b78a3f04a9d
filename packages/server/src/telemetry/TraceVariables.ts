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

const protocol = "http/json, which is the only protocol here"
const pairs = "key=value pairs, percent-encoded, separated by commas"
const compression = "gzip or none"
const milliseconds = "a whole number of milliseconds, 1 or more"

/** What there is to say of each. */
export const manual: Record<keyof typeof TraceVariables.fields, Entry> = {
  OTEL_SDK_DISABLED: { about: "`true` for no traces", expected: "true or false" },
  OTEL_TRACES_EXPORTER: { about: "`none` for no traces", expected: "otlp or none" },
  OTEL_TRACES_SAMPLER: {
    about: "Which traces are recorded: all but those whose caller says that he does not record his",
    expected: "parentbased_always_on, which is the only sampler here"
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: { about: "How they are sent", expected: protocol },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { about: "The same", expected: protocol },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    about: "Where they go to the letter, without `/v1/traces` being added",
    expected: "an http or https URL such as http://localhost:4318/v1/traces"
  },
  OTEL_EXPORTER_OTLP_HEADERS: { about: "Headers to send with them", expected: pairs },
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: { about: "The same, instead of these", expected: pairs },
  OTEL_EXPORTER_OTLP_COMPRESSION: { about: "Whether they are compressed", expected: compression },
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: { about: "The same", expected: compression },
  OTEL_EXPORTER_OTLP_TIMEOUT: { about: "How long a stop waits for the last of them: 3,000", expected: milliseconds },
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: { about: "The same", expected: milliseconds },
  OTEL_BSP_EXPORT_TIMEOUT: { about: "The same, if neither of these is set", expected: milliseconds },
  OTEL_BSP_SCHEDULE_DELAY: { about: "How often they are sent: 5,000", expected: milliseconds },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: {
    about: "Spans that are sent at once: 1,000",
    expected: "a whole number, 1 or more"
  },
  OTEL_SERVICE_NAME: { about: "`service.name`: scnmnt", expected: "a name" },
  OTEL_SERVICE_VERSION: { about: "`service.version`: that of the server", expected: "a version" },
  OTEL_RESOURCE_ATTRIBUTES: { about: "Further attributes of the resource", expected: pairs }
}
