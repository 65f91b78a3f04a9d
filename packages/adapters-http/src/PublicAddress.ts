import { BlockList, isIP } from "node:net"

/**
 * Whether an IP address is one of the public internet's. What is not global unicast is not public; of what is, not the
 * blocks of IANA's special-purpose address registries (RFC 6890), and no IPv6 form of an IPv4 address that is private.
 */
export const isPublic = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4")
    case 6:
      return globalUnicast.check(address, "ipv6") && !special.check(address, "ipv6")
    default:
      return false
  }
}

const specialIpv4: ReadonlyArray<readonly [string, number]> = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared by carriers (CGNAT)
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's own services, from within any of its machines
  ["169.254.0.0", 16], // link-local, and the clouds' metadata
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4] // reserved, and broadcast
]

const specialIpv6: ReadonlyArray<readonly [string, number]> = [
  ["2001::", 23], // protocol assignments, Teredo among them
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["3fff::", 20] // documentation
]

/** Where a network without IPv4 finds the IPv4 internet (RFC 6052, section 2.1): as good as the address at its end. */
const nat64 = { prefix: "64:ff9b::", length: 96 }

const globalUnicast = new BlockList()
globalUnicast.addSubnet("2000::", 3, "ipv6")
globalUnicast.addSubnet(nat64.prefix, nat64.length, "ipv6")

const special = new BlockList()
for (const [network, length] of specialIpv4) {
  special.addSubnet(network, length, "ipv4")
  special.addSubnet(nat64.prefix + network, nat64.length + length, "ipv6")
}
for (const [network, length] of specialIpv6) special.addSubnet(network, length, "ipv6")
