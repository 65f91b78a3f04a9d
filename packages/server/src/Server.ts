import { Effect, Layer } from "effect"
import type { Settings } from "./Settings.ts"

/** The whole service on the runtime that this runs on; no other runtime's modules are loaded. */
export const layer = (settings: Settings) => Layer.unwrap(Effect.map(server, ({ layer }) => layer(settings)))

const server = Effect.promise(() => {
  if ("Deno" in globalThis) return import("./runtimes/DenoServer.ts")
  return "Bun" in globalThis ? import("./runtimes/BunServer.ts") : import("./runtimes/NodeServer.ts")
})
