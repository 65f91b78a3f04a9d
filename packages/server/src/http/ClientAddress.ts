import { Option, Result } from "effect"
import type { HttpServerRequest } from "effect/http"
import { NetAddress } from "effect/net"

/**
 * Whom a request is counted for: its client's IPv4 address, or the /64 of its IPv6 address, of which one customer has
 * them all (RFC 6177). Clients that no address is known of count as one.
 */
export const network = (client: Client): string =>
  Option.match(address(client), { onNone: () => "unknown", onSome: networkOf })

type Client = Pick<HttpServerRequest.HttpServerRequest, "remoteAddress">

/** A client's address; an IPv4 address that is mapped into IPv6 is one of IPv4. */
export const address = ({ remoteAddress }: Client): Option.Option<NetAddress.IpAddress> =>
  remoteAddress.pipe(
    Option.flatMap((text) => Result.getSuccess(NetAddress.ipFromString(text.replace(/%.*$/, "")))),
    Option.map((ip) => NetAddress.toCanonical(ip))
  )

const networkOf = (address: NetAddress.IpAddress) =>
  NetAddress.isIpv4Address(address)
    ? NetAddress.formatIp(address)
    : NetAddress.ipv6ToSegments(address)
        .slice(0, 4)
        .map((segment) => segment.toString(16))
        .join(":")
