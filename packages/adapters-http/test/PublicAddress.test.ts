import { assert, describe, it } from "@effect/vitest"
import * as PublicAddress from "../src/PublicAddress.ts"
import { Array } from "effect"

/** The first and the last address of each block that is not public, and their neighbours outside, where these are. */
const ipv4 = [
  ["0.0.0.0", "0.255.255.255", undefined, "1.0.0.0"],
  ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
  ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
  ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
  ["168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"],
  ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
  ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
  ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
  ["192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
  ["192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
  ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
  ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
  ["198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
  ["203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
  ["224.0.0.0", "255.255.255.255", "223.255.255.255", undefined]
] as const

const ipv6 = [
  ["::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", undefined, "2000::"],
  ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"],
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff:ffff::", "2001:db9::"],
  ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff:ffff:ffff::", "2003::"],
  ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff::", "3fff:1000::"],
  ["4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", undefined]
] as const

const nat64 = (address: string) => `64:ff9b::${address}`
const defined = (addresses: ReadonlyArray<string | undefined>) => addresses.flatMap((address) => address ?? [])

describe("an address is public", () => {
  const outside = [...ipv4, ...ipv6].flatMap(([, , before, after]) => defined([before, after]))
  const translated = ipv4.flatMap(([, , before, after]) => defined([before, after]).map(nat64))

  it.each([...outside, ...translated, "8.8.8.8", "2606:4700::1111"])("%s", (address) => {
    assert.isTrue(PublicAddress.isPublic(address))
  })
})

describe("an address is not public", () => {
  const inside = [...ipv4, ...ipv6].flatMap(([first, last]) => [first, last])
  const translated = ipv4.flatMap(([first, last]) => [first, last].map(nat64))
  const forms = ["::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b:1::8.8.8.8"]
  const scoped = ["fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "5f00::1"]
  const none = ["", "localhost", "8.8.8", "0x8.8.8.8", "8.8.8.8.", "[2606:4700::1111]", "2606:4700::1111/64"]

  it.each(Array.dedupe([...inside, ...translated, ...forms, ...scoped, ...none]))("%j", (address) => {
    assert.isFalse(PublicAddress.isPublic(address))
  })
})
