import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { buildConnector } from "@effect/platform-node/Undici"
import { Effect, Layer } from "effect"
import * as Dns from "node:dns"
import { isIP, type LookupFunction } from "node:net"
import * as PublicAddress from "./PublicAddress.ts"
import { AddressNotPublic, PublicHttpClient } from "./PublicHttpClient.ts"

export interface Options {
  /** How names are resolved: by the system unless told. */
  readonly lookup?: LookupFunction
  /** Which addresses are public: those of the internet unless told. */
  readonly isPublic?: (address: string) => boolean
}

/** The PublicHttpClient on Node, with at most 10 connections to an origin. It follows no redirect. */
export const layer = (options: Options = {}) =>
  Layer.effect(
    PublicHttpClient,
    Effect.provideServiceEffect(
      NodeHttpClient.makeUndici,
      NodeHttpClient.Dispatcher,
      NodeHttpClient.makeDispatcherOptions({ connections: 10, connect: connector(options) })
    )
  )

/** A host that is an address already is connected to without a lookup. */
const connector = ({ isPublic = PublicAddress.isPublic, lookup = Dns.lookup }: Options): buildConnector.connector => {
  const connect = buildConnector({ timeout: 10_000, allowH2: false, lookup: publicOnly(lookup, isPublic) })
  return (options, callback) => {
    if (isIP(options.hostname) === 0 || isPublic(options.hostname)) {
      connect(options, callback)
    } else {
      process.nextTick(callback, new AddressNotPublic({ host: options.hostname }), null)
    }
  }
}

/** What this brings is what the socket connects to: there is no second lookup whose answer could be another. */
const publicOnly =
  (lookup: LookupFunction, isPublic: (address: string) => boolean): LookupFunction =>
  (host, options, callback) =>
    lookup(host, options, (error, found, family) => {
      const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address)
      callback(error ?? (addresses.every(isPublic) ? null : new AddressNotPublic({ host })), found, family)
    })
