import { Layer } from "effect"
import * as FetchServer from "./FetchServer.ts"
import * as NodeHost from "./NodeHost.ts"
import type { Settings } from "../Settings.ts"

/** What is used of Deno's own API: https://docs.deno.com/api/deno/~/Deno.serve */
declare const Deno: {
  serve(
    options: { readonly hostname: string; readonly port: number; onListen(): void },
    handler: (request: Request, info: { readonly remoteAddr: { readonly hostname: string } }) => Promise<Response>
  ): {
    readonly addr: { readonly hostname: string; readonly port: number }
    shutdown(): Promise<void>
  }
}

/** The whole service on Deno. */
export const layer = (settings: Settings) =>
  FetchServer.layer(settings, (handler) => {
    const server = Deno.serve(
      { hostname: settings.HOST, port: settings.PORT, onListen: () => {} },
      (request, { remoteAddr }) => handler(request, { address: remoteAddr.hostname })
    )
    return { host: server.addr.hostname, port: server.addr.port, stop: () => server.shutdown() }
  }).pipe(Layer.provide(NodeHost.layer))
