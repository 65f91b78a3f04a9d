import { inject } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { Schema } from "effect"

/** A runtime that the service runs on. */
export type Runtime = "node" | "deno" | "bun"

declare module "vitest" {
  interface ProvidedContext {
    /** What the service under test runs on: each runtime is a project of vitest.config.ts. */
    readonly runtime: Runtime
  }
}

/** What the service under test runs on. */
export const runtime: Runtime = inject("runtime")

const { scripts } = Schema.decodeSync(
  Schema.fromJsonString(Schema.Struct({ scripts: Schema.Record(Schema.String, Schema.String) }))
)(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"))

/** The command that starts the service, as the package's script has it, but without the installation and the `.env`. */
export const startCommand = (scripts[runtime === "node" ? "start" : `start:${runtime}`] ?? "")
  .replace(/^.*&& exec |(?=\bnode )/, "exec ")
  .replace(/ (\$\(.*?\)|--env-file\S*)/, "")
