import { Context, Option, Schema, SchemaGetter } from "effect"
import { IpNetwork, type NetAddress } from "effect/net"
import { commaSeparated } from "./CommaSeparated.ts"

/** Which connections come from proxies: those from these networks, or as many in a row as this number says. */
export type TrustedProxies = number | ReadonlyArray<IpNetwork.IpNetwork>

/** `false` (none), `true` (one), a number, or networks such as `10.0.0.0/8,fd00::/8`. */
export const FromString = Schema.Union([
  Schema.Literals(["false", "true"]).pipe(
    Schema.decodeTo(Schema.Literals([0, 1]), {
      decode: SchemaGetter.transform((word) => (word === "true" ? 1 : 0)),
      encode: SchemaGetter.transform((count) => (count === 1 ? "true" : "false"))
    })
  ),
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 10 })),
  commaSeparated(Schema.IpNetworkFromString).check(Schema.isMinLength(1))
])

/** The proxies whose word about the client counts: none by itself. */
export const TrustedProxies = Context.Reference<TrustedProxies>("@scnmnt/server/doors/TrustedProxies", {
  defaultValue: () => 0
})

/** Whether who is connected from this address is one of them. */
export const isProxy = (proxies: TrustedProxies, address: Option.Option<NetAddress.IpAddress>): boolean =>
  typeof proxies === "number"
    ? proxies > 0
    : Option.exists(address, (from) => proxies.some((network) => IpNetwork.contains(network, from)))
