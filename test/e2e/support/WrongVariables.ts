import type { Settings } from "@scnmnt/server/Settings"

/** A value for each variable that it can't have; secrets among them are called swordfish. */
export const wrongVariables: Readonly<Record<keyof Settings, string>> = {
  HOST: "localhost:3000",
  PORT: "65536",
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
  LOG_LEVEL: "loud",
  LOG_FORMAT: "xml",
  OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318"
}
