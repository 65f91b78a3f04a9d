import { Layer } from "effect"
import * as BunHost from "./BunHost.ts"
import * as FetchServer from "./FetchServer.ts"
import type { Settings } from "../Settings.ts"

/** What is used of Bun's own API: https://bun.com/reference/bun/serve */
declare const Bun: {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly idleTimeout: number
    readonly development: boolean
    readonly maxRequestBodySize: number
    fetch(
      request: Request,
      server: { requestIP(request: Request): { readonly address: string } | null }
    ): Promise<Response>
  }): {
    readonly hostname: string
    readonly port: number
    stop(): Promise<void>
  }
}

/** The whole service on Bun. */
export const layer = (settings: Settings) =>
  FetchServer.layer(settings, (handler) => {
    const server = Bun.serve({
      hostname: settings.HOST,
      port: settings.PORT,
      // Or a quiet event stream would be cut.
      idleTimeout: 0,
      // Or a failure of Bun's own would be a page of source code.
      development: false,
      // The service has a limit of its own, and says what it is.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch: (request, server) => handler(request, { address: server.requestIP(request)?.address })
    })
    return { host: server.hostname, port: server.port, stop: () => server.stop() }
  }).pipe(Layer.provide(BunHost.layer))
