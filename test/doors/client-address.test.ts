import { assert, it } from "@effect/vitest"
import * as ClientAddress from "../../packages/server/src/http/ClientAddress.ts"
import { Option } from "effect"

it.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::", "2001:db8:1:2"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["somebody", "unknown"],
  [undefined, "unknown"]
])("%s is counted as %s", (address, expected) => {
  assert.strictEqual(ClientAddress.network({ remoteAddress: Option.fromUndefinedOr(address) }), expected)
})
