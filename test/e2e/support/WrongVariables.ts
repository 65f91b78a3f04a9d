import type { Settings } from "@scnmnt/server/Settings"

/** A value for each variable that it can't have; secrets among them are called swordfish. */
export const wrongVariables: Readonly<Record<keyof Settings, string>> = {
  HOST: "localhost:3000",
  PORT: "65536",
  WORKERS: "0",
  CHATGPT2API_BASE_URL: "ftp://user:swordfish@upstream",
  CHATGPT2API_API_KEY: "sk-swordfish and more",
  CHATGPT2API_IMAGE_MODEL: "gpt image 2",
  CHATGPT2API_PROMPT_MODEL: " ",
  CHATGPT2API_IMAGE_ORIGINS: "images.example.com",
  QUOTA_STORE_URL: "mysql://user:swordfish@books",
  QUOTA_STORE_CONNECTIONS: "0",
  QUOTA_STORE_CONNECT_TIMEOUT: "2",
  QUOTA_STORE_TIMEOUT: "0 seconds",
  QUOTA_DAILY_GRANT: "ten",
  QUOTA_BALANCE_CAP: "-1",
  QUOTA_TIME_ZONE: "Mars/Olympus",
  MAX_REFERENCE_UPLOAD_BYTES: "10 MB",
  MAX_REFERENCE_IMAGES: "1.5",
  MAX_REQUEST_BYTES: "16MB",
  MAX_MULTIPART_MEMORY_BYTES: "Infinity",
  MAX_IMAGE_BYTES: "0",
  TASK_POLL_INTERVAL: "often",
  TASK_MISSING_GRACE: "-1 second",
  TASK_DEADLINE: "1800",
  TASK_LEASE: "30s",
  SPEND_RETENTION: "for ever",
  TRUSTED_ORIGINS: "https://app.example/",
  TRUST_PROXY: "maybe",
  MAX_CONNECTIONS_PER_ADDRESS: "-1",
  IMAGE_RESOURCE_POLICY: "anyone",
  RATE_LIMIT: "generate=many",
  RATE_LIMIT_STORE_URL: "memcached://user:swordfish@counts",
  LOG_LEVEL: "loud",
  LOG_FORMAT: "xml",
  OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318"
}

/** The same of OpenTelemetry's, which count once there is an endpoint. */
export const wrongTraceVariables: Readonly<Record<string, string>> = {
  OTEL_SDK_DISABLED: "maybe",
  OTEL_TRACES_EXPORTER: "zipkin",
  OTEL_TRACES_SAMPLER: "nonsense",
  OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "localhost:4317",
  OTEL_EXPORTER_OTLP_HEADERS: "swordfish",
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: "key=%zz-swordfish",
  OTEL_EXPORTER_OTLP_COMPRESSION: "zstd",
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "true",
  OTEL_EXPORTER_OTLP_TIMEOUT: "3 seconds",
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "Infinity",
  OTEL_BSP_EXPORT_TIMEOUT: "-1",
  OTEL_BSP_SCHEDULE_DELAY: "soon",
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "0",
  OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=%"
}
