import { assert, describe, it } from "@effect/vitest"
import { isAllowed } from "../src/http/CrossOriginProtection.ts"
import * as TrustedOrigins from "../src/doors/TrustedOrigins.ts"
import { Option, Schema } from "effect"
import { Headers } from "effect/http"

/** The cases of Go's net/http/csrf_test.go (1.25), by its names. Its server is `https://example.com`. */
const decide = (method: string, site: string, origin: string, trusted: ReadonlyArray<string> = []) =>
  isAllowed(
    method,
    Headers.fromInput({
      host: "example.com",
      ...(site && { "Sec-Fetch-Site": site }),
      ...(origin && { Origin: origin })
    }),
    trusted
  )

describe("CrossOriginProtection, as Go's", () => {
  it.each([
    ["same-origin allowed", "POST", "same-origin", "", true],
    ["none allowed", "POST", "none", "", true],
    ["cross-site blocked", "POST", "cross-site", "", false],
    ["same-site blocked", "POST", "same-site", "", false],
    ["no header with no origin", "POST", "", "", true],
    ["no header with matching origin", "POST", "", "https://example.com", true],
    ["no header with mismatched origin", "POST", "", "https://attacker.example", false],
    ["no header with null origin", "POST", "", "null", false],
    ["GET allowed", "GET", "cross-site", "", true],
    ["HEAD allowed", "HEAD", "cross-site", "", true],
    ["OPTIONS allowed", "OPTIONS", "cross-site", "", true],
    ["PUT blocked", "PUT", "cross-site", "", false]
  ] as const)("%s", (_, method, site, origin, allowed) => {
    assert.strictEqual(decide(method, site, origin), allowed)
  })

  it.each([
    ["trusted origin without sec-fetch-site", "https://trusted.example", "", true],
    ["trusted origin with cross-site", "https://trusted.example", "cross-site", true],
    ["untrusted origin without sec-fetch-site", "https://attacker.example", "", false],
    ["untrusted origin with cross-site", "https://attacker.example", "cross-site", false]
  ] as const)("%s", (_, origin, site, allowed) => {
    assert.strictEqual(decide("POST", site, origin, ["https://trusted.example"]), allowed)
  })

  it.each([
    ["a host that ours is the end of", "https://attacker-example.com"],
    ["a host that begins like ours", "https://example.com.attacker.example"],
    ["our host on another port", "https://example.com:8443"],
    ["our host as a user", "https://example.com@attacker.example"],
    ["our host as a path", "https://attacker.example/example.com"],
    ["no origin at all", "example.com"]
  ])("%s is not our origin", (_, origin) => {
    assert.isFalse(decide("POST", "", origin))
  })

  it.each([
    ["valid origin", "https://example.com", true],
    ["valid origin with port", "https://example.com:8080", true],
    ["http origin", "http://example.com", true],
    ["missing scheme", "example.com", false],
    ["missing host", "https://", false],
    ["trailing slash", "https://example.com/", false],
    ["with path", "https://example.com/path", false],
    ["with query", "https://example.com?query=value", false],
    ["with fragment", "https://example.com#fragment", false],
    ["invalid url", "https://ex ample.com", false],
    ["null", "null", false],
    // What browsers never write, so that it would never match.
    ["capital letters", "https://Example.com", false],
    ["a default port", "https://example.com:443", false],
    ["any", "*", false],
    ["a web view's", "capacitor://localhost", true],
    ["a web view's with a path", "capacitor://localhost/index.html", false]
  ] as const)("trusting %s: %s", (_, origin, valid) => {
    assert.deepStrictEqual(decode(origin), valid ? Option.some([origin]) : Option.none())
  })

  it("several origins stand in a row", () => {
    assert.deepStrictEqual(
      decode(" https://a.example, https://b.example,"),
      Option.some(["https://a.example", "https://b.example"])
    )
    assert.deepStrictEqual(decode(""), Option.some([]))
  })
})

const decode = Schema.decodeOption(TrustedOrigins.FromString)
